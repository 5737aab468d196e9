# A client that leaves within the dialogue: a QUIT of the gate would be taken for
# its password.

== config
[Server]
PlainAuth = always

== backend
offer AUTH LOGIN
AUTH: 334 VXNlcm5hbWU6

== client
@ehlo
> AUTH LOGIN
< 334 VXNlcm5hbWU6
${LEAVE}

== backend saw
(connect)
EHLO c.example
AUTH LOGIN
<<\((eof|reset)\)>>

== log
session auth=- user=- end=${END}

== table
case  | LEAVE | END
fin   | !close | lost
reset | !reset | lost
term  | !kill TERM // < 421 4.3.2 * | stop
