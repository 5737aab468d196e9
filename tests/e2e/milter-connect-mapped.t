# A client that came by IPv4 to a dual-stack listener is an IPv4 client to
# everybody.

== gate
transport mapped
needs ipv6

== filter

== client
@ehlo
@quit

== filter saw
OPTNEG *
CONNECT <<.+>> 4 ${CPORT} 127.0.0.1
HELO *
QUIT
(eof)

== filter macros
CONNECT {client_addr}=127.0.0.1
