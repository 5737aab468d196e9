# The longest name that a client may give fits into the command (t_identity has
# those that do not).

== gate
env PROTO=TCP
env TCPREMOTEIP=2001:db8::7
env TCPREMOTEPORT=4711

== config
[Backend]
Identity = xforward

== backend
offer XFORWARD NAME ADDR PROTO HELO SOURCE PORT IDENT

== client
< 220 be.example ESMTP
> EHLO ${HELO}
!reply 250
> MAIL FROM:<a@x>
< 250 *
@quit

== backend saw
...
EHLO ${SHOWN}
${SAW}
MAIL FROM:<a@x>
QUIT
(we closed)

== table
case  | HELO | SHOWN | SAW
long  | \{255*a} | <<a{255}>> | XFORWARD <<NAME=\S+ PROTO=ESMTP HELO=a{255}>> SOURCE=REMOTE IDENT=<<[0-9A-F]+>> PORT=4711 ADDR=IPV6:2001:db8::7
six   | [IPv6:::1] | [IPv6:::1] | XFORWARD <<NAME=\S+>> PROTO=ESMTP HELO=[IPv6:::1] SOURCE=REMOTE IDENT=<<[0-9A-F]+>> PORT=4711 ADDR=IPV6:2001:db8::7
