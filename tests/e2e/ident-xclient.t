# The backend learns who the client is (XCLIENT), its second greeting is the
# client's, and EHLO comes again behind it.

== gate
one-byte always

== config
[Backend]
Identity = ${MODE}

== backend
offer PIPELINING; XCLIENT ${WORDS}

== client
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
XCLIENT ${SAW}
EHLO c.example
MAIL FROM:<a@x>
RCPT TO:<b@y>
DATA
(mail 1)
QUIT
(we closed)

== table
case | MODE | WORDS | SAW
auto | auto | NAME ADDR PORT | <<NAME=\S+>> PORT=${CPORT} ADDR=127.0.0.1
all  | xclient | NAME ADDR PROTO HELO REVERSE_NAME PORT LOGIN DESTADDR DESTPORT | NAME=<<\S+>> REVERSE_NAME=<<\S+>> LOGIN=[UNAVAILABLE] DESTADDR=127.0.0.1 DESTPORT=${LPORT} PORT=${CPORT} ADDR=127.0.0.1
less | auto | ADDR | ADDR=127.0.0.1
