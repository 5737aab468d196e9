# A session that ends, or is refused, leaves neither server with a connection that
# nobody ends.

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
QUIT: 221 bye // !signal left // !close

== filter
HELO#2: ${VERDICT}

== client
@ehlo
> EHLO again.example
!reply 250
${THEN}

== backend 0 saw
(connect)
EHLO c.example
EHLO again.example
QUIT
(we closed)

== backend 1 saw
(connect)
EHLO c.example
${SAW}
QUIT
(we closed)

== table
case   | VERDICT | THEN | SAW
quit   | continue | @quit | EHLO again.example
reject | reject | !wait left // @quit | ...
