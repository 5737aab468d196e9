# SIGTERM while a filter is silent: 421 now, not when its limit is over.

== filter
failure T
times C:5s;S:5s;R:5m;E:5m
${STAGE}:
    signal there
    hang

== client
${LINES}
!wait there
!kill TERM
< 421 4.3.2 *
!gone

== delivered none

== log
session end=stop

== table
case    | STAGE | LINES
connect | CONNECT | 
helo    | HELO | @greet // > EHLO c.example
mail    | MAIL | @ehlo // > MAIL FROM:<a@x>
rcpt    | RCPT | @ehlo // > MAIL FROM:<a@x> // < 250 2.1.0 sender ok // > RCPT TO:<b@y>
data    | DATA | @ehlo // @mail // > DATA
header  | HEADER | @ehlo // @mail // @send
