# The server for logins is down: mail from outside
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
listen refuse

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

== log
/ no backend: .*: connect: 
