# Submission through the gate: the credentials reach the backend as they are, and
# its answer the client.  Without this a server that wants passwords cannot be
# put behind the gate.

== gate
one-byte always

== config
[Server]
PlainAuth = always

== backend
offer PIPELINING; AUTH PLAIN LOGIN CRAM-MD5

== client
@ehlo
> ${COMMAND}
< 235 2.7.0 welcome
@mail
@send
< 250 2.0.0 queued as 1
@quit

== backend saw
(connect)
EHLO c.example
AUTH ${SEEN}
MAIL FROM:<a@x>
RCPT TO:<b@y>
DATA
(mail 1)
QUIT
(we closed)

== log
mail user=${USER}
session auth=PLAIN user=${USER} errors=0 end=quit

== table
case  | COMMAND | SEEN | USER
plain | AUTH PLAIN AGpvZQBzZWNyZXQ= | PLAIN AGpvZQBzZWNyZXQ= | joe
lower | auth plain AGpvZQBzZWNyZXQ= | PLAIN AGpvZQBzZWNyZXQ= | joe
blanks | AUTH  PLAIN  AGpvZQBzZWNyZXQ=\x20\x20 | PLAIN AGpvZQBzZWNyZXQ= | joe
authzid | AUTH PLAIN Ym9zcwBqb2UAc2VjcmV0 | PLAIN Ym9zcwBqb2UAc2VjcmV0 | joe
no-name | AUTH PLAIN nonsense | PLAIN nonsense | -
empty | AUTH PLAIN = | PLAIN = | -
