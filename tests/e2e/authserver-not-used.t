# Most who come to an MX never log in: their mail goes where it always went, and
# the server for logins is let go.  Who logs in later finds it again.

== config
[Server]
PlainAuth = always
[Backend]
ServerCount = 1
Server1 = unset
AuthServer = ${B1}

== backend 0
offer PIPELINING; DSN

== backend 1
offer PIPELINING; AUTH PLAIN; DSN

== client
@ehlo
> MAIL FROM:<a@x> AUTH=<> RET=HDRS
< 250 2.1.0 sender ok
> RCPT TO:<b@y>
< 250 2.1.5 recipient ok
@send
< 250 2.0.0 queued as 1
> AUTH PLAIN AGpvZQBzZWNyZXQ=
< 235 2.7.0 welcome
> MAIL FROM:<a@x> AUTH=<> RET=HDRS
< 250 2.1.0 sender ok
@quit

== backend 0 saw
(connect)
EHLO c.example
MAIL FROM:<a@x> RET=HDRS
RCPT TO:<b@y>
DATA
(mail 1)
QUIT
(we closed)

== backend 1 saw
(connect)
EHLO c.example
QUIT
(we closed)
(connect)
EHLO c.example
AUTH PLAIN AGpvZQBzZWNyZXQ=
MAIL FROM:<a@x> AUTH=<> RET=HDRS
QUIT
(we closed)
