# Names that a launcher took from DNS unverified must not break out of the
# XCLIENT command or its xtext.

== gate
env PROTO=TCP
env TCPREMOTEIP=192.0.2.7
env TCPREMOTEHOST=${NAME}

== config
[Backend]
Identity = xclient

== backend
offer XCLIENT NAME ADDR REVERSE_NAME

== client
< 220 be.example ESMTP again
> EHLO c.example
!reply 250
@quit

== backend saw
(connect)
EHLO gate.example
XCLIENT <<((NAME|REVERSE_NAME)=(\[UNAVAILABLE\]|\[TEMPUNAVAIL\]) )*>>ADDR=192.0.2.7
EHLO c.example
QUIT
(we closed)

== table
case  | NAME
blank | evil ADDR=10.0.0.1
equal | a=b
plus  | a+b
brack | [UNAVAILABLE]
long  | xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx.example
