# From an address that is not listed a header is a wrong command, and names
# nobody: else everybody could choose an address to come from.

== config
[Server]
ProxyFrom = 192.0.2.0/24
[Backend]
Identity = xclient

== backend
offer XCLIENT ADDR

== client
>> ${HEADER}
< 220 be.example ESMTP again
< 500 5.5.2 *
${MORE}

== backend saw
(connect)
EHLO gate.example
XCLIENT ADDR=127.0.0.1
...

== log
session client=127.0.0.1 via=-

== table
case | HEADER | MORE
v1   | PROXY TCP4 192.0.2.7 192.0.2.1 4711 25\r\n | > QUIT // < 221 *
v2   | \r\n\r\n\0\r\nQUIT\n\x21\x11\0\x0c\{12*\x01} | !halfclose // !replies 3 500 // !gone
