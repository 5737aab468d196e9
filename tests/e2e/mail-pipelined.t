# Every modern client sends MAIL, RCPT and DATA in one group (RFC 2920).  One
# reply per command, in order, or the client credits a recipient with the
# verdict on another.

== gate
one-byte always

== backend
RCPT <no@y>: 550 5.1.1 no such user

== client
@ehlo
> MAIL FROM:<a@x>
> RCPT TO:<b@y>
> RCPT TO:<no@y>
> RCPT TO:<c@y>
> DATA
< 250 2.1.0 sender ok
< 250 2.1.5 recipient ok
< 550 5.1.1 no such user
< 250 2.1.5 recipient ok
< 354 *
>> Subject: t\r\n\r\nhello\r\n.\r\n
< 250 2.0.0 queued as 1
@quit

== backend saw
(connect)
EHLO c.example
MAIL FROM:<a@x>
RCPT TO:<b@y>
RCPT TO:<no@y>
RCPT TO:<c@y>
DATA
(mail 1)
QUIT
(we closed)
