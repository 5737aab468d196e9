# Within a mail, and a second time, AUTH is out of order (RFC 4954 section 4).

== config
[Server]
PlainAuth = always

== backend
offer PIPELINING; AUTH PLAIN

== client
@ehlo
@mail
> AUTH PLAIN AGpvZQBzZWNyZXQ=
< 503 5.5.1 *
> RSET
< 250 *
> AUTH PLAIN AGpvZQBzZWNyZXQ=
< 235 2.7.0 welcome
> AUTH PLAIN AGpvZQBzZWNyZXQ=
< 503 5.5.1 *
> EHLO c.example
!reply 250
> AUTH PLAIN AGpvZQBzZWNyZXQ=
< 503 5.5.1 *
@quit

== backend saw
(connect)
EHLO c.example
MAIL FROM:<a@x>
RCPT TO:<b@y>
RSET
AUTH PLAIN AGpvZQBzZWNyZXQ=
EHLO c.example
QUIT
(we closed)
