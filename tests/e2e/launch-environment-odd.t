# An address that is none is ignored: the socket knows better.

== gate
env PROTO=TCP
env TCPREMOTEIP=${VALUE}

== client
@ehlo
@quit

== log
session client=127.0.0.1

== table
case  | VALUE
name  | host.example
empty | 
junk  | 1.2.3.4.5
