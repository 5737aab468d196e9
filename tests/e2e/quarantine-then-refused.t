# A mail that one filter wants held and a later one refuses is refused: nothing
# is stored.

== gate
maildir

== config
[MailFilter]
Quarantine = maildir:${MAILDIR}

== filter 0
EOM: quarantine spam // accept

== filter 1
EOM: reject

== client
@ehlo
@mail
@send
< 554 5.7.1 *
@quit

== delivered none
