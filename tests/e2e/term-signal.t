# SIGTERM (a service that is stopped) at any point before the final dot: 421, no
# partial mail, backend and filters left in order.

== filter

== client
${LINES}
!kill TERM
< 421 4.3.2 *
!gone

== delivered none

== filter saw
OPTNEG *
...
QUIT
(eof)

== log
session end=stop

== table
case     | LINES
greeting | @greet
ehlo     | @ehlo
rcpt     | @ehlo // @mail
354      | @ehlo // @mail // > DATA // < 354 *
body     | @ehlo // @mail // > DATA // < 354 * // >> A: b\r\n\r\ntext\r\n
