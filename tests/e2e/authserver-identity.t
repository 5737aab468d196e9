# Each server is told in its own way who the client is; who of the two is not told
# would let everybody relay.

== gate
env PROTO=TCP
env TCPREMOTEIP=192.0.2.7
env TCPREMOTEPORT=4711
env TCPLOCALIP=192.0.2.1
env TCPLOCALPORT=25

== config
[Server]
PlainAuth = always
[Backend]
ServerCount = 1
Server1 = unset
AuthServer = ${B1}
Identity = ${MAIN}
AuthIdentity = ${AUTH}

== backend 0
${PROXY0}
offer PIPELINING; XCLIENT NAME ADDR PORT

== backend 1
${PROXY1}
offer PIPELINING; AUTH PLAIN; XCLIENT NAME ADDR PORT LOGIN

== client
@greet
> EHLO c.example
!reply 250
> AUTH PLAIN AGpvZQBzZWNyZXQ=
< 235 2.7.0 welcome
@quit

== backend 0 saw
(connect)
${SAW0}
EHLO c.example
QUIT
(we closed)

== backend 1 saw
(connect)
${SAW1}
EHLO c.example
AUTH PLAIN AGpvZQBzZWNyZXQ=
QUIT
(we closed)

== table
case | MAIN | AUTH | PROXY0 | PROXY1 | SAW0 | SAW1
px   | proxy-v1 | xclient | proxy v1 | name be.example | PROXY TCP4 192.0.2.7 192.0.2.1 4711 25 | EHLO gate.example // XCLIENT * // ...
nx   | none | proxy-v1 | name be.example | proxy v1 | ... | PROXY TCP4 192.0.2.7 192.0.2.1 4711 25
