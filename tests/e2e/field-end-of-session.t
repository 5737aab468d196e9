# milter-mta-side.md 10: however the session ends, a filter inside a mail gets
# ABORT and each one QUIT. One that gets neither keeps the mail's files and
# waits two hours for us (libmilter: 7210 s), and with many clients it runs out
# of threads.

== config
[Server]
SocketTimeout = ${LIMIT}
MaxErrors = 2

== backend
${RULE}

== filter 0

== filter 1

== client
@ehlo
@mail
${LINES}
!gone

== delivered none

== filter 0 saw
...
RCPT *
${SAW}
ABORT
QUIT
(eof)

== filter 1 saw
...
RCPT *
${SAW}
ABORT
QUIT
(eof)

== table
case | LIMIT | RULE | LINES | SAW
idle | 1 |  | < 421 4.4.2 * | 
errors | 30 |  | > FOO a // < 500 5.5.2 * // > FOO b // < 500 5.5.2 * // > FOO c // < 421 4.7.0 * | UNKNOWN FOO a // UNKNOWN FOO b
backend-421 | 30 | RCPT <c@y>: 421 4.3.2 going down | > RCPT TO:<c@y> // < 421 4.3.2 going down | 
quit | 30 |  | > QUIT // < 221 2.0.0 * | 
