# PROXY headers come before anything else and describe the client's connection.

== config
[Backend]
Identity = proxy-${VERSION}

== backend
proxy ${VERSION}

== client
@ehlo
@mail
@send
< 250 2.0.0 queued as 1
@quit

== backend saw
(connect)
${SAW}
EHLO c.example
MAIL FROM:<a@x>
RCPT TO:<b@y>
DATA
(mail 1)
QUIT
(we closed)

== table
case | VERSION | SAW
v1   | v1 | PROXY TCP4 127.0.0.1 127.0.0.1 ${CPORT} ${LPORT}
v2   | v2 | PROXY2 21 11 7f0000017f000001<<[0-9a-f]{8}>>
