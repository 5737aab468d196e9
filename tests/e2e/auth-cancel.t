# A client that gives up a login (a user who pressed "cancel") says "*"; the
# backend must hear it, or its next command is taken for a password.

== config
[Server]
PlainAuth = always

== backend
offer AUTH LOGIN
AUTH: 334 VXNlcm5hbWU6
response *: 501 5.7.0 cancelled

== client
@ehlo
> AUTH LOGIN
< 334 VXNlcm5hbWU6
> *
< 501 5.7.0 cancelled
@mail
@quit

== backend saw
(connect)
EHLO c.example
AUTH LOGIN
response *
MAIL FROM:<a@x>
RCPT TO:<b@y>
QUIT
(we closed)

== log
refused stage=auth by=backend user=- code=501
session auth=- errors=1
