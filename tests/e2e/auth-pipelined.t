# Commands that come with AUTH were not written by a client that waits for its
# answer (RFC 2920 section 3.1); in front of another server they would be taken
# for responses.

== config
[Server]
PlainAuth = always

== backend
offer PIPELINING; AUTH PLAIN LOGIN

== client
@ehlo
> ${COMMAND}
> ${NEXT}
< 554 5.5.0 *
!eof

== backend saw
(connect)
EHLO c.example
QUIT
(we closed)

== log
!/ c2VjcmV0
session auth=- end=errors

== table
case    | COMMAND | NEXT
mail    | AUTH PLAIN AGpvZQBzZWNyZXQ= | MAIL FROM:<a@x>
login   | AUTH LOGIN | c2VjcmV0
