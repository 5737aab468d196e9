# The server for logins closed an idle connection: it is dialled anew, and must
# offer what the client was told of.

== config
[Server]
PlainAuth = always
[Backend]
ServerCount = 1
Server1 = unset
AuthServer = ${B1}

== backend 0
offer PIPELINING; 8BITMIME; DSN

== backend 1
offer PIPELINING; 8BITMIME; DSN; AUTH PLAIN
@1 EHLO: 250-be.example // 250-8BITMIME // 250-DSN // 250 AUTH PLAIN // !close // !signal closed
@2 ${EVENT}: ${ANSWER}

== client
@ehlo
!wait closed
> NOOP
< 250 *
> AUTH PLAIN AGpvZQBzZWNyZXQ=
< ${REPLY}
@mail
@quit

== backend ${WHERE} saw
...
MAIL FROM:<a@x>
RCPT TO:<b@y>
QUIT
...

== table
case  | EVENT | ANSWER | REPLY | WHERE
again | QUIT | 221 bye | 235 2.7.0 welcome | 1
less  | EHLO | !raw 250-be.example\r\n250-DSN\r\n250 AUTH PLAIN\r\n | 454 4.7.0 * | 0
mech  | EHLO | !raw 250-be.example\r\n250-DSN\r\n250-8BITMIME\r\n250 AUTH LOGIN\r\n | 504 5.5.4 * | 0
down  | connect | 421 4.3.2 not now | 454 4.7.0 * | 0
