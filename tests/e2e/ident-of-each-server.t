# Each server is told in its own way: one that got the other's PROXY header
# would take it for a command, or hang for want of it.

== config
[Backend]
Identity = xclient
Identity0 = proxy-v1
ConnectRetry = 0

== backend 0
proxy v1
weight 10
connect: 421 4.3.2 not now // !close

== backend 1
offer XCLIENT NAME ADDR PORT
weight 0

== client
< 220 be.example ESMTP again
> EHLO c.example
!reply 250
@quit

== backend 0 saw
(connect)
PROXY TCP4 127.0.0.1 127.0.0.1 ${CPORT} ${LPORT}
(we closed)

== backend 1 saw
(connect)
EHLO gate.example
XCLIENT <<.*>>ADDR=127.0.0.1
EHLO c.example
QUIT
(we closed)
