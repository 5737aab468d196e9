# Sendmail 8.15.1: a name that was never verified got into CONNECT, and an IPv6
# address in a form that no list had. A launcher's name for the client is what
# anybody may write into his own reverse zone: filters that whitelist by name
# must see the address instead, in its one short form.

== gate
env PROTO=TCP
env TCPREMOTEIP=${ADDRESS}
env TCPREMOTEPORT=4711
env TCPREMOTEHOST=trusted.invalid

== filter

== client
@ehlo
@quit

== filter saw
OPTNEG *
CONNECT ${SHOWN}
HELO *
QUIT
(eof)

== filter macros
CONNECT {client_name}=${NAME} {client_addr}=${TAGGED}

== table
case | ADDRESS | SHOWN | NAME | TAGGED
ipv4 | 192.0.2.7 | [192.0.2.7] 4 4711 192.0.2.7 | [192.0.2.7] | 192.0.2.7
ipv6 | 2001:DB8:0:0:0:0:0:7 | <<\[(IPv6:)?2001:db8::7\]>> 6 4711 2001:db8::7 | <<.*2001:db8::7]>> | IPv6:2001:db8::7
mapped | ::ffff:192.0.2.7 | [192.0.2.7] 4 4711 192.0.2.7 | [192.0.2.7] | 192.0.2.7
