# The same for a client that came over IPv6.

== gate
transport tcp6
needs ipv6

== config
[Backend]
Identity = proxy-${VERSION}

== backend
proxy ${VERSION}

== client
@ehlo
@quit

== backend saw
(connect)
${SAW}
EHLO c.example
QUIT
(we closed)

== table
case | VERSION | SAW
v1   | v1 | PROXY TCP6 ::1 ::1 ${CPORT} ${LPORT}
v2   | v2 | PROXY2 21 21 <<(0{31}1){2}[0-9a-f]{8}>>
