# LOCAL is the load balancer's own connection, a health check: it is the client.

== config
[Server]
ProxyFrom = 127.0.0.1
[Backend]
Identity = xclient

== backend
offer XCLIENT ADDR PORT

== client
>> \r\n\r\n\0\r\nQUIT\n\x20\x00\0\0
< 220 be.example ESMTP again
@quit

== backend saw
(connect)
EHLO gate.example
XCLIENT PORT=${CPORT} ADDR=127.0.0.1
QUIT
(we closed)

== log
session client=127.0.0.1 via=- end=quit
