# Quarantine = maildir:PATH: the mail a filter wants held is stored for the
# postmaster with its envelope, the client hears 250, the backend gets nothing.

== gate
maildir
one-byte always

== config
[MailFilter]
Quarantine = maildir:${MAILDIR}

== filter
label scanner
EOM#1: quarantine found Eicar // accept

== client
@ehlo
@mail
> RCPT TO:<c@y>
< 250 2.1.5 recipient ok
> DATA
< 354 *
>> Subject: t\r\nX: y\r\n z\r\n\r\n..dot\r\n\r\nhello\r\n.\r\n
< 250 2.0.0 *
@mail
@send
< 250 2.0.0 queued as 1
@quit

== maildir
Return-Path: <a@x>
X-Quarantine-Recipient: <b@y>
X-Quarantine-Recipient: <c@y>
X-Quarantine-ID: <<[0-9A-Za-z]+>>
X-Quarantine-Client: 127.0.0.1
X-Quarantine-Helo: c.example
X-Quarantine-Filter: scanner
X-Quarantine-Reason: found Eicar
Subject: t
X: y
 z

.dot

hello

== delivered 1
Subject: t

hello

== backend saw
(connect)
EHLO c.example
MAIL FROM:<a@x>
RCPT TO:<b@y>
RCPT TO:<c@y>
RSET
MAIL FROM:<a@x>
RCPT TO:<b@y>
DATA
(mail 1)
QUIT
(we closed)

== log
mail result=quarantined by=filter:scanner stage=eom code=250
