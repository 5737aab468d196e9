# The same while a filter thinks: it is left with ABORT and QUIT.

== filter
failure T
times C:5s;S:5s;R:5m;E:5m
${STAGE}:
    signal there
    hang

== client
${LINES}
!wait there
!reset

== delivered none

== log
session end=lost

== table
case    | STAGE | LINES
helo    | HELO | @greet // > EHLO c.example
mail    | MAIL | @ehlo // > MAIL FROM:<a@x>
rcpt    | RCPT | @ehlo // > MAIL FROM:<a@x> // < 250 2.1.0 sender ok // > RCPT TO:<b@y>
data    | DATA | @ehlo // @mail // > DATA
header  | HEADER | @ehlo // @mail // @send
eom     | EOM | @ehlo // @mail // @send
