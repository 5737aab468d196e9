# The client that the load balancer names is the client, for filters, backend and
# log: else every block list judges the load balancer.

== gate
one-byte always
env RELAYCLIENT=
env TCPREMOTEHOST=balancer.example

== config
[Server]
ProxyFrom = 10.0.0.0/8, 127.0.0.1, ::1
[Backend]
Identity = xclient

== backend
offer XCLIENT NAME ADDR PORT DESTADDR DESTPORT

== filter

== client
>> ${HEADER}
< 220 be.example ESMTP again
> EHLO c.example
!reply 250
@mail
@send
< 250 2.0.0 queued as 1
@quit

== backend saw
(connect)
EHLO gate.example
XCLIENT NAME=<<\S+>> ${SAW}
EHLO c.example
MAIL FROM:<a@x>
RCPT TO:<b@y>
DATA
(mail 1)
QUIT
(we closed)

== filter saw
OPTNEG *
${CONNECT}
...

== log
mail client=${ADDR} result=accepted
session client=${ADDR} via=127.0.0.1

== table
case    | HEADER | SAW | CONNECT | ADDR
v1-4    | PROXY TCP4 192.0.2.7 192.0.2.1 4711 25\r\n | DESTADDR=192.0.2.1 DESTPORT=25 PORT=4711 ADDR=192.0.2.7 | CONNECT [192.0.2.7] 4 4711 192.0.2.7 | 192.0.2.7
v1-6    | PROXY TCP6 2001:db8::7 2001:db8::1 4711 25\r\n | DESTADDR=IPV6:2001:db8::1 DESTPORT=25 PORT=4711 ADDR=IPV6:2001:db8::7 | CONNECT [2001:db8::7] 6 4711 2001:db8::7 | 2001:db8::7
v1-map  | PROXY TCP6 ::ffff:192.0.2.7 ::ffff:192.0.2.1 4711 25\r\n | DESTADDR=192.0.2.1 DESTPORT=25 PORT=4711 ADDR=192.0.2.7 | CONNECT [192.0.2.7] 4 4711 192.0.2.7 | 192.0.2.7
v2-4    | \r\n\r\n\0\r\nQUIT\n\x21\x11\0\x0c\xc0\0\x02\x07\xc0\0\x02\x01\x12\x67\0\x19 | DESTADDR=192.0.2.1 DESTPORT=25 PORT=4711 ADDR=192.0.2.7 | CONNECT [192.0.2.7] 4 4711 192.0.2.7 | 192.0.2.7
v2-tlv  | \r\n\r\n\0\r\nQUIT\n\x21\x11\0\x10\xc0\0\x02\x07\xc0\0\x02\x01\x12\x67\0\x19\x04\0\x01z | DESTADDR=192.0.2.1 DESTPORT=25 PORT=4711 ADDR=192.0.2.7 | CONNECT [192.0.2.7] 4 4711 192.0.2.7 | 192.0.2.7
v2-6    | \r\n\r\n\0\r\nQUIT\n\x21\x21\0\x24\x20\x01\x0d\xb8\{11*\0}\x07\x20\x01\x0d\xb8\{11*\0}\x01\x12\x67\0\x19 | DESTADDR=IPV6:2001:db8::1 DESTPORT=25 PORT=4711 ADDR=IPV6:2001:db8::7 | CONNECT [2001:db8::7] 6 4711 2001:db8::7 | 2001:db8::7
v2-map  | \r\n\r\n\0\r\nQUIT\n\x21\x21\0\x24\{10*\0}\xff\xff\xc0\0\x02\x07\{10*\0}\xff\xff\xc0\0\x02\x01\x12\x67\0\x19 | DESTADDR=192.0.2.1 DESTPORT=25 PORT=4711 ADDR=192.0.2.7 | CONNECT [192.0.2.7] 4 4711 192.0.2.7 | 192.0.2.7
unknown | PROXY UNKNOWN\r\n | DESTADDR=127.0.0.1 DESTPORT=${LPORT} PORT=[UNAVAILABLE] ADDR=[UNAVAILABLE] | CONNECT localhost U | -
v2-none | \r\n\r\n\0\r\nQUIT\n\x21\0\0\0 | DESTADDR=127.0.0.1 DESTPORT=${LPORT} PORT=[UNAVAILABLE] ADDR=[UNAVAILABLE] | CONNECT localhost U | -
