# A backend that lets a client in although the gate cancelled, or goes on asking:
# who is logged in is unknown, and that connection is not used any more.

== config
[Server]
PlainAuth = always

== backend
offer AUTH LOGIN
@1 AUTH: 334 VXNlcm5hbWU6
@1 response: ${REPLY}

== client
@ehlo
> AUTH LOGIN
< 334 VXNlcm5hbWU6
> \x01
< 500 5.5.2 *
@mail
@quit

== backend saw
(connect)
EHLO c.example
AUTH LOGIN
response *
...
(connect)
EHLO c.example
MAIL FROM:<a@x>
RCPT TO:<b@y>
QUIT
(we closed)

== log
session auth=- user=-

== table
case | REPLY
235  | 235 2.7.0 welcome
334  | 334 VXNlcm5hbWU6
gone | !close
