# An IPv6 client: bare, compressed address with family 6 in CONNECT, tagged in
# the macros.

== gate
transport tcp6
needs ipv6

== filter

== client
@ehlo
@quit

== filter saw
OPTNEG *
CONNECT <<.+>> 6 ${CPORT} ::1
HELO *
QUIT
(eof)

== filter macros
CONNECT {client_addr}=IPv6:::1 "_=<<.*>>[IPv6:::1]"
