# XFORWARD before each MAIL, since the server forgets it with the mail: else the
# second mail is logged as the gate's own.  Only what it lists is said.

== gate
one-byte always

== config
[Backend]
Identity = xforward

== backend
offer PIPELINING; XFORWARD ${WORDS}

== client
< 220 be.example ESMTP
> ${VERB} c.example
!reply 250
@mail
@send
< 250 2.0.0 queued as 1
@mail
@send
< 250 2.0.0 queued as 2
@quit

== backend saw
(connect)
EHLO gate.example
${VERB} c.example
XFORWARD ${SAW}
MAIL FROM:<a@x>
RCPT TO:<b@y>
DATA
(mail 1)
XFORWARD ${SAW}
MAIL FROM:<a@x>
RCPT TO:<b@y>
DATA
(mail 2)
QUIT
(we closed)

== table
case | VERB | WORDS | SAW
all  | EHLO | NAME ADDR PROTO HELO SOURCE PORT IDENT | <<NAME=\S+>> PROTO=ESMTP HELO=c.example SOURCE=REMOTE IDENT=<<[0-9A-F]+>> PORT=${CPORT} ADDR=127.0.0.1
helo | HELO | NAME ADDR PROTO HELO | <<NAME=\S+>> PROTO=SMTP HELO=c.example ADDR=127.0.0.1
some | EHLO | ADDR FUTURE PORT | PORT=${CPORT} ADDR=127.0.0.1
