# A program as backend is started anew for the client that XCLIENT names: its
# environment cannot change any more.

== gate
child
env PROTO=TCP
env TCPREMOTEIP=127.0.0.1
env RELAYCLIENT=

== config
[Server]
XclientFrom = 127.0.0.1

== client
@ehlo
> XCLIENT ADDR=192.0.2.7 PORT=4711
< 220 be.example ESMTP
> EHLO d.example
!reply 250
@mail
@send
< 250 2.0.0 queued as 1
@quit

== backend
offer PIPELINING

== child environment
TCPREMOTEIP=192.0.2.7
TCPREMOTEPORT=4711
!RELAYCLIENT
