# XCLIENT of a listed upstream: filters, backend and greeting begin anew with the
# client that it names.

== gate
one-byte always

== config
[Server]
XclientFrom = 127.0.0.1
[Backend]
Identity = xclient

== backend
offer PIPELINING; XCLIENT NAME REVERSE_NAME LOGIN ADDR PORT DESTADDR DESTPORT

== filter

== client
< 220 be.example ESMTP again
> EHLO balancer.example
!ehlo be.example greets you; PIPELINING; SIZE *; CHUNKING; LIMITS *; XCLIENT NAME ADDR PORT PROTO HELO REVERSE_NAME LOGIN DESTADDR DESTPORT
> XCLIENT ${SAID}
< 220 be.example ESMTP again
> EHLO c.example
!ehlo be.example greets you; PIPELINING; SIZE *; CHUNKING; LIMITS *
@mail
@send
< 250 2.0.0 queued as 1
@quit

== backend saw
(connect)
EHLO gate.example
XCLIENT <<.*>>ADDR=127.0.0.1
EHLO balancer.example
QUIT
(we closed)
(connect)
EHLO gate.example
XCLIENT ${TOLD}
EHLO c.example
MAIL FROM:<a@x>
RCPT TO:<b@y>
DATA
(mail 1)
QUIT
(we closed)

== filter saw
OPTNEG *
CONNECT [127.0.0.1] 4 ${CPORT} 127.0.0.1
HELO balancer.example
...
${CONNECT}
...
HELO c.example
...

== log
mail client=${ADDR} helo=c.example
session client=${ADDR} via=127.0.0.1 ${LOG}

== table
case  | SAID | TOLD | CONNECT | ADDR | LOG
all   | NAME=c.example REVERSE_NAME=c.example ADDR=192.0.2.7 PORT=4711 PROTO=ESMTP HELO=c.example LOGIN=[UNAVAILABLE] DESTADDR=192.0.2.1 DESTPORT=25 | NAME=c.example REVERSE_NAME=c.example LOGIN=[UNAVAILABLE] DESTADDR=192.0.2.1 DESTPORT=25 PORT=4711 ADDR=192.0.2.7 | CONNECT c.example 4 4711 192.0.2.7 | 192.0.2.7 | ptr=c.example resolve=OK
addr  | ADDR=192.0.2.7 | NAME=<<\S+>> REVERSE_NAME=[UNAVAILABLE] LOGIN=[UNAVAILABLE] DESTADDR=127.0.0.1 DESTPORT=${LPORT} PORT=0 ADDR=192.0.2.7 | CONNECT [192.0.2.7] 4 0 192.0.2.7 | 192.0.2.7 | resolve=-
six   | addr=ipv6:2001:db8::7 PORT=1 | NAME=<<\S+>> REVERSE_NAME=[UNAVAILABLE] LOGIN=[UNAVAILABLE] DESTADDR=127.0.0.1 DESTPORT=${LPORT} PORT=1 ADDR=IPV6:2001:db8::7 | CONNECT [2001:db8::7] 6 1 2001:db8::7 | 2001:db8::7 | resolve=-
map   | ADDR=IPV6:::ffff:192.0.2.7 PORT=1 | NAME=<<\S+>> REVERSE_NAME=[UNAVAILABLE] LOGIN=[UNAVAILABLE] DESTADDR=127.0.0.1 DESTPORT=${LPORT} PORT=1 ADDR=192.0.2.7 | CONNECT [192.0.2.7] 4 1 192.0.2.7 | 192.0.2.7 | resolve=-
forged | REVERSE_NAME=liar.example NAME=[UNAVAILABLE] ADDR=192.0.2.7 PORT=1 | NAME=[UNAVAILABLE] REVERSE_NAME=liar.example LOGIN=[UNAVAILABLE] DESTADDR=127.0.0.1 DESTPORT=${LPORT} PORT=1 ADDR=192.0.2.7 | CONNECT [192.0.2.7] 4 1 192.0.2.7 | 192.0.2.7 | ptr=liar.example resolve=FORGED
temp  | NAME=[TEMPUNAVAIL] ADDR=192.0.2.7 PORT=1 | NAME=[TEMPUNAVAIL] REVERSE_NAME=<<\S+>> LOGIN=[UNAVAILABLE] DESTADDR=127.0.0.1 DESTPORT=${LPORT} PORT=1 ADDR=192.0.2.7 | CONNECT [192.0.2.7] 4 1 192.0.2.7 | 192.0.2.7 | resolve=TEMP
login | LOGIN=j+2Bd+40x ADDR=192.0.2.7 PORT=1 | NAME=<<\S+>> REVERSE_NAME=<<\S+>> LOGIN=j+2Bd@x DESTADDR=127.0.0.1 DESTPORT=${LPORT} PORT=1 ADDR=192.0.2.7 | CONNECT [192.0.2.7] 4 1 192.0.2.7 | 192.0.2.7 | auth=XCLIENT user=j+d@x
none  | ADDR=[UNAVAILABLE] | NAME=<<\S+>> REVERSE_NAME=<<\S+>> LOGIN=[UNAVAILABLE] DESTADDR=127.0.0.1 DESTPORT=${LPORT} PORT=[UNAVAILABLE] ADDR=[UNAVAILABLE] | CONNECT localhost U | - | resolve=-
