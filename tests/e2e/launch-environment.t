# tcpserver and its kin tell the client's address in the environment; a proxy in
# front may have set it, so it outranks the socket's.

== gate
env PROTO=TCP
env TCPREMOTEIP=192.0.2.7
env TCPREMOTEPORT=4711
env TCPLOCALIP=192.0.2.25
env TCPLOCALPORT=25

== filter
protocol NOHELO

== client
@ehlo
@mail
@send
< 250 2.0.0 queued as 1
@quit

== filter saw
OPTNEG *
CONNECT [192.0.2.7] 4 4711 192.0.2.7
MAIL *
...

== log
session client=192.0.2.7 port=4711
