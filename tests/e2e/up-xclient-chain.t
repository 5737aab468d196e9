# Two upstreams in a row: the second may name a client if it is listed itself;
# before it has, and behind a mail too.

== config
[Server]
ProxyFrom = 127.0.0.1
XclientFrom = 192.0.2.7

== client
>> PROXY TCP4 192.0.2.7 192.0.2.1 4711 25\r\n
@ehlo
@mail
> XCLIENT ADDR=198.51.100.1
< 503 5.5.1 *
@send
< 250 2.0.0 queued as 1
> XCLIENT ADDR=198.51.100.1
< 220 be.example ESMTP
> EHLO d.example
!reply 250
@mail
@send
< 250 2.0.0 queued as 2
@quit

== backend

== log
mail client=192.0.2.7 helo=c.example
mail client=198.51.100.1 helo=d.example
session client=198.51.100.1 via=127.0.0.1
