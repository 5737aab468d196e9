# The backend knew who the client is, and is lost.  The gate keeps no password to
# tell it again; going on without would be somebody else's session.  So it ends.

== config
[Server]
PlainAuth = always

== backend
offer AUTH PLAIN
AUTH: 235 2.7.0 welcome // !close

== client
@ehlo
> AUTH PLAIN AGpvZQBzZWNyZXQ=
< 235 2.7.0 welcome
> NOOP
< 250 *
> ${COMMAND}
< 421 4.4.2 *
!eof

== backend saw
(connect)
EHLO c.example
AUTH PLAIN AGpvZQBzZWNyZXQ=
(we closed)

== log
session auth=PLAIN user=joe end=closed

== table
case | COMMAND
mail | MAIL FROM:<a@x>
ehlo | EHLO c.example
helo | HELO c.example
