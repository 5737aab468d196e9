# A filter takes minutes for its answer (a slow sandbox, a busy virus scanner): the
# backend is kept awake meanwhile.

== config
[Backend]
KeepAlive = 1
[MailFilter]
Filter0 = "${F0}, F=R, T=R:30s;E:1m"

== backend
NOOP#1: 250 2.0.0 ok // !signal noop

== filter
${STAGE}: wait noop // continue

== client
@ehlo
@mail
@send
< 250 2.0.0 queued as 1
@quit

== backend saw
(connect)
EHLO c.example
MAIL FROM:<a@x>
${SAW}
(mail 1)
QUIT
(we closed)

== table
case | STAGE | SAW
mail | MAIL  | NOOP // RCPT TO:<b@y> // DATA
rcpt | RCPT  | RCPT TO:<b@y> // NOOP // DATA
data | DATA  | RCPT TO:<b@y> // NOOP // DATA
eom  | EOM   | RCPT TO:<b@y> // NOOP // DATA
