# LMTP has an answer for each recipient, SMTP one for all: a mail taken for some
# and refused for others cannot be told.  So each mail has one recipient; the
# client is told to send the others in mails of their own (RFC 5321 4.5.3.1.10).

== backend
lmtp yes
RCPT#1: 550 5.1.1 no such user
RCPT <f@y>: 250 2.1.5 f ok

== filter
RCPT#1: reply 550 5.7.1 not e

== client
@ehlo
> MAIL FROM:<a@x>
< 250 2.1.0 sender ok
> RCPT TO:<no@y>
< 550 5.1.1 no such user
> RCPT TO:<e@y>
< 550 5.7.1 not e
> RCPT TO:<f@y>
< 250 2.1.5 f ok
> RCPT TO:<g@y>
> RCPT TO:<h@y>
> DATA
< 452 4.5.3 *
< 452 4.5.3 *
!reply 354
>> Subject: t\r\n\r\nhello\r\n.\r\n
< 250 2.0.0 queued as 1
> MAIL FROM:<a@x>
< 250 2.1.0 sender ok
> RCPT TO:<g@y>
> RCPT TO:<h@y>
< 250 2.1.5 recipient ok
< 452 4.5.3 *
@send
< 250 2.0.0 queued as 2
@quit

== backend saw
(connect)
LHLO c.example
MAIL FROM:<a@x>
RCPT TO:<no@y>
RCPT TO:<e@y>
RCPT TO:<f@y>
RSET
MAIL FROM:<a@x><<( SIZE=\d+)?>>
RCPT TO:<f@y>
DATA
(mail 1)
MAIL FROM:<a@x>
RCPT TO:<g@y>
DATA
(mail 2)
QUIT
(we closed)

== log
session errors=0
