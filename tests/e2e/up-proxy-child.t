# A program as backend has the client in its environment, and nothing that the
# launcher knew of the load balancer or allowed it.

== gate
child
env PROTO=TCP
env TCPREMOTEIP=127.0.0.1
env TCPREMOTEPORT=1
env TCPREMOTEHOST=balancer.example
env TCPREMOTEINFO=root
env TCPLOCALHOST=other.example
env RELAYCLIENT=
env REMOTE_ADDR=127.0.0.1

== config
[Server]
ProxyFrom = 127.0.0.1

== client
>> PROXY TCP6 2001:db8::7 2001:db8::1 4711 25\r\n
@ehlo
@quit

== backend
offer PIPELINING

== child environment
PROTO=TCP
TCPREMOTEIP=2001:db8::7
TCPREMOTEPORT=4711
TCPLOCALIP=2001:db8::1
TCPLOCALPORT=25
TCPLOCALHOST=2001:db8::1
!TCPREMOTEHOST
!TCPREMOTEINFO
!RELAYCLIENT
!REMOTE_ADDR
