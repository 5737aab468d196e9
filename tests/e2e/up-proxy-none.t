# A load balancer that only looks whether somebody listens is no trouble.

== config
[Server]
ProxyFrom = 127.0.0.1

== client
!close

== backend

== backend saw

== log
!/ PROXY header
session client=127.0.0.1 end=lost
