# A filter that takes away all recipients and wants the mail kept: it is kept.

== gate
maildir

== config
[MailFilter]
Quarantine = maildir:${MAILDIR}

== filter
EOM: delrcpt b@y // quarantine virus // accept

== client
@ehlo
@mail
@send
< 250 2.0.0 *
@quit

== maildir
Return-Path: <a@x>
X-Quarantine-ID: *
...
Subject: t

hello

== delivered none
