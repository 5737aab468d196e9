# A response that does not fit is not cut and not taken for commands; the backend
# is told to forget the login (RFC 4954 section 4).

== config
[Server]
PlainAuth = always

== backend
offer AUTH LOGIN
AUTH: 334 VXNlcm5hbWU6
${RULE}

== client
@ehlo
> AUTH LOGIN
< 334 VXNlcm5hbWU6
> ${RESPONSE}
< ${REPLY}
> NOOP
< 250 *
@mail
@quit

== backend saw
(connect)
EHLO c.example
AUTH LOGIN
response ${SAW}
MAIL FROM:<a@x>
RCPT TO:<b@y>
QUIT
(we closed)

== table
case    | RESPONSE | REPLY | SAW | RULE
fits    | \{12288*A} | 235 2.7.0 welcome | <<A+.*octets.*A+>> | response A: 235 2.7.0 welcome
more    | \{12289*A} | 500 5.5.6 * | * | response *: 501 5.7.0 cancelled
huge    | \{70000*A} | 500 5.5.6 * | * | response *: 501 5.7.0 cancelled
control | am9l\x01 | 500 5.5.2 * | * | response *: 501 5.7.0 cancelled
nul     | am9l\0 | 500 5.5.2 * | * | response *: 501 5.7.0 cancelled
eight   | \xe4 | 500 5.5.2 * | * | response *: 501 5.7.0 cancelled
