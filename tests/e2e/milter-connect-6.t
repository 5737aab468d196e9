# An IPv6 client: bare, compressed address with family 6 in CONNECT, tagged in
# the macros.  A name in brackets in CONNECT that differs from the address behind
# it is sent by no other MTA, and filters that compare the two would see a name.

== gate
transport tcp6
needs ipv6

== filter

== client
@ehlo
@quit

== filter saw
OPTNEG *
CONNECT [::1] 6 ${CPORT} ::1
HELO *
QUIT
(eof)

== filter macros
CONNECT {client_addr}=IPv6:::1 _=[IPv6:::1] {client_name}=[IPv6:::1]
