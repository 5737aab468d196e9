# Submission and mail from outside on one port: who logs in is served by the
# server of AuthServer, from the login on, and by no other.

== config
[Server]
PlainAuth = always
[Backend]
ServerCount = 1
Server1 = unset
AuthServer = ${B1}

== backend 0
offer PIPELINING; SIZE 5000; DSN; 8BITMIME; AUTH CRAM-MD5

== backend 1
name auth.example
offer PIPELINING; SIZE 4000; 8BITMIME; ENHANCEDSTATUSCODES; AUTH PLAIN LOGIN
AUTH#1: 334 VXNlcm5hbWU6
response#1: 535 5.7.8 no

== filter

== client
@greet
> EHLO c.example
!ehlo be.example greets you; CHUNKING; LIMITS MAILMAX=100 RCPTMAX=1000; PIPELINING; SIZE 4000; 8BITMIME; AUTH PLAIN LOGIN
> AUTH CRAM-MD5
< 504 5.5.4 *
> AUTH LOGIN
< 334 VXNlcm5hbWU6
> am9l
< 535 5.7.8 no
> AUTH PLAIN AGpvZQBzZWNyZXQ=
< 235 2.7.0 welcome
@mail
@send
< 250 2.0.0 queued as 1
> EHLO c.example
!ehlo auth.example greets you; CHUNKING; LIMITS MAILMAX=100 RCPTMAX=1000; PIPELINING; SIZE 4000; 8BITMIME; ENHANCEDSTATUSCODES; AUTH PLAIN LOGIN
@quit

== backend 0 saw
(connect)
EHLO c.example
QUIT
(we closed)

== backend 1 saw
(connect)
EHLO c.example
AUTH LOGIN
response am9l
AUTH PLAIN AGpvZQBzZWNyZXQ=
MAIL FROM:<a@x>
RCPT TO:<b@y>
DATA
(mail 1)
EHLO c.example
QUIT
(we closed)

== filter macros
MAIL {auth_type}=PLAIN {auth_authen}=joe

== log
refused stage=auth user=joe code=535
mail user=joe
session auth=PLAIN user=joe
