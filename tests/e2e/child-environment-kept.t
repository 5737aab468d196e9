# What tcpserver and tcprules set reaches the program: RELAYCLIENT decides who
# may relay.

== gate
child
env PROTO=TCP
env TCPREMOTEIP=192.0.2.7
env TCPREMOTEHOST=client.example
env RELAYCLIENT=@x

== client
@ehlo
@quit

== backend
offer PIPELINING

== child environment
TCPREMOTEIP=192.0.2.7
TCPREMOTEHOST=client.example
RELAYCLIENT=@x
