# A filter that never said it would ask for quarantine is obeyed all the same: it
# may have found a virus.

== gate
maildir

== config
[MailFilter]
Quarantine = maildir:${MAILDIR}

== filter
actions NONE
EOM: quarantine virus // accept

== client
@ehlo
@mail
@send
< 250 2.0.0 *
@quit

== maildir
...
X-Quarantine-Reason: virus
Subject: t

hello

== delivered none
