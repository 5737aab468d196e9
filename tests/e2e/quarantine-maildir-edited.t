# What is stored is what would have been delivered: with the edits, to the
# recipients that are left; control octets of a reason stay out of the header.

== gate
maildir

== config
[MailFilter]
Quarantine = maildir:${MAILDIR}

== filter 0
RCPT <bad@y>: reject
EOM: quarantine a\nEvil: x // addheader X-Scan|bad // addrcpt d@y // delrcpt c@y // chgfrom n@z // accept

== filter 1
EOM: replbody new\r\nbody\r\n // accept

== client
@ehlo
@mail
> RCPT TO:<bad@y>
< 550 5.7.1 *
> RCPT TO:<c@y>
< 250 2.1.5 recipient ok
@send
< 250 2.0.0 *
@quit

== maildir
Return-Path: <n@z>
X-Quarantine-Recipient: <b@y>
X-Quarantine-Recipient: <d@y>
...
X-Quarantine-Reason: a?Evil: x
Subject: t
X-Scan: bad

new
body

== delivered none
