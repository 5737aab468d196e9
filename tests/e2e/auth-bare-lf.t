# A response that ends with LF alone: refused like commands, unless line ends are
# to be made good.

== config
[Server]
PlainAuth = always
BareNewline = ${KEY}

== backend
offer AUTH LOGIN
AUTH: 334 VXNlcm5hbWU6
${RULE}

== client
@ehlo
> AUTH LOGIN
< 334 VXNlcm5hbWU6
>> am9l\n
< ${REPLY}
@quit

== backend saw
(connect)
EHLO c.example
AUTH LOGIN
response ${SAW}
QUIT
(we closed)

== table
case      | KEY | REPLY | SAW | RULE
reject    | reject | 500 5.5.2 * | * | response *: 501 5.7.0 cancelled
normalize | normalize | 235 2.7.0 welcome | am9l | response am9l: 235 2.7.0 welcome
