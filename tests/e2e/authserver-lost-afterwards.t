# Lost behind the login: the session ends, and does not fall back to the server for
# strangers.

== config
[Server]
PlainAuth = always
[Backend]
ServerCount = 1
Server1 = unset
AuthServer = ${B1}

== backend 0
offer PIPELINING

== backend 1
offer PIPELINING; AUTH PLAIN
AUTH: 235 2.7.0 welcome // !close

== client
@ehlo
> AUTH PLAIN AGpvZQBzZWNyZXQ=
< 235 2.7.0 welcome
> NOOP
< 250 *
> ${COMMAND}
< 421 4.4.2 *
!eof

== backend 0 saw
(connect)
EHLO c.example
QUIT
(we closed)

== backend 1 saw
(connect)
EHLO c.example
AUTH PLAIN AGpvZQBzZWNyZXQ=
(we closed)

== table
case | COMMAND
mail | MAIL FROM:<a@x>
ehlo | EHLO c.example
