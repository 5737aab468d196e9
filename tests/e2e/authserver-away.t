# The server for logins is down, or will not have this client: mail from outside
# must come in all the same, and nobody may log in at another server.

== config
[Server]
PlainAuth = always
[Backend]
ServerCount = 1
Server1 = unset
AuthServer = ${B1}

== backend 0
offer PIPELINING; DSN; AUTH PLAIN

== backend 1
offer PIPELINING; AUTH PLAIN
${EVENT}: ${ANSWER}

== client
@greet
> EHLO c.example
!ehlo be.example greets you; CHUNKING; LIMITS MAILMAX=100 RCPTMAX=1000; PIPELINING; SIZE 52428800; DSN
> AUTH PLAIN AGpvZQBzZWNyZXQ=
< 502 5.5.1 *
@mail
@send
< 250 2.0.0 queued as 1
@quit

== backend 0 saw
(connect)
EHLO c.example
MAIL FROM:<a@x>
RCPT TO:<b@y>
DATA
(mail 1)
QUIT
(we closed)

== table
case     | EVENT | ANSWER
greets   | connect | 421 4.3.2 not now
refuses  | connect | 554 5.7.1 not you
ehlo     | EHLO | 550 5.7.1 not you
ehlo-4xx | EHLO | 451 4.3.0 not now
closes   | EHLO | !close
silent   | connect | !close
