# A load balancer is not kept waiting for a greeting, nor counted as one client:
# one that says XCLIENT speaks for itself first.  Behind a PROXY header the pause
# is the client's.

== config
[Server]
GreetPause = ${PAUSE}
${KEY} = 127.0.0.1
MaxPerAddress = 1
RuntimeDir = /nonexistent

== client
${LINES}

== log
${MORE}
session client=192.0.2.9 end=${END}

== table
case    | KEY         | PAUSE | LINES | END | MORE
xclient | XclientFrom | 1m | @ehlo // > XCLIENT ADDR=192.0.2.9 // < 220 be.example ESMTP // > EHLO c.example // !reply 250 // @quit | quit | / MaxPerAddress
early   | ProxyFrom   | 1m | >> PROXY TCP4 192.0.2.9 192.0.2.1 1234 25\r\nEHLO c.example\r\n // < 554 5.5.0 * // !gone | errors | refused client=192.0.2.9 stage=connect by=gate
patient | ProxyFrom   | 1 | >> PROXY TCP4 192.0.2.9 192.0.2.1 1234 25\r\n // @ehlo // @quit | quit | / MaxPerAddress
