# The backend dies between challenge and response.  Nobody is logged in, the client
# may try again, and the next connection gets no response without a challenge.

== config
[Server]
PlainAuth = always

== backend
offer AUTH LOGIN
@1 AUTH: 334 VXNlcm5hbWU6 // ${THEN}
@1 response: ${LAST}

== client
@ehlo
> AUTH LOGIN
< 334 VXNlcm5hbWU6
> am9l
< 454 4.7.0 *
> AUTH LOGIN c2VjcmV0
< 235 2.7.0 welcome
@mail
@quit

== backend saw
(connect)
EHLO c.example
AUTH LOGIN
...
(connect)
EHLO c.example
AUTH LOGIN c2VjcmV0
MAIL FROM:<a@x>
RCPT TO:<b@y>
QUIT
(we closed)

== table
case   | THEN | LAST
answer | !signal x | !close
reset  | !signal x | !reset
