# To a backend such a client is unknown, not local.

== gate
transport pipe

== config
[Backend]
Identity = ${MODE}

== backend
${WORDS}

== client
${GREETING}
> EHLO c.example
!reply 250
@quit

== backend saw
(connect)
${SAW}
EHLO c.example
QUIT
(we closed)

== table
case    | MODE | WORDS | GREETING | SAW
xclient | xclient | offer XCLIENT NAME ADDR PORT | < 220 be.example ESMTP again | EHLO gate.example // XCLIENT <<.*>>ADDR=[UNAVAILABLE]<<.*>>
v1      | proxy-v1 | proxy v1 | < 220 be.example ESMTP | PROXY UNKNOWN<<.*>>
v2      | proxy-v2 | proxy v2 | < 220 be.example ESMTP | PROXY2 20 00 <<.*>>
