# The server for strangers is lost and dialled again: it need not offer AUTH, which
# the client was told of.

== config
[Server]
PlainAuth = always
[Backend]
ServerCount = 1
Server1 = unset
AuthServer = ${B1}

== backend 0
offer PIPELINING; DSN
@1 EHLO: 250-be.example // 250 DSN // !close

== backend 1
offer PIPELINING; DSN; AUTH PLAIN

== client
@ehlo
> NOOP
< 250 *
@mail
@quit

== backend 0 saw
(connect)
EHLO c.example
(we closed)
(connect)
EHLO c.example
MAIL FROM:<a@x>
RCPT TO:<b@y>
QUIT
(we closed)
