# A thousand long recipients are all in the header of the mail that is kept.

== gate
maildir
one-byte no

== config
[MailFilter]
Quarantine = maildir:${MAILDIR}

== backend
RCPT: 250 2.1.5 ok

== filter
protocol NORCPT
EOM: quarantine r // accept

== client
@ehlo
> MAIL FROM:<a@x>
< 250 2.1.0 sender ok
>> \{999*RCPT TO:<\{250*l}@\{60*a.}example>\r\n}RCPT TO:<last@y>\r\n
!replies 1000 250
@send
< 250 2.0.0 *
@quit

== maildir
Return-Path: <a@x>
...
X-Quarantine-Recipient: <last@y>
X-Quarantine-ID: *
...

== log
mail result=quarantined
