# A client that says nothing is told so and cut off: 421 4.4.2.

== config
[Server]
SocketTimeout = 1

== client
${LINES}
< 421 4.4.2 *
!gone

== delivered none

== log
session end=timeout

== table
case     | LINES
greeting | @greet
ehlo     | @ehlo
rcpt     | @ehlo // @mail
data     | @ehlo // @mail // > DATA // < 354 * // >> half a line
dots     | @ehlo // @mail // > DATA // < 354 * // >> text\r\n.
half     | @ehlo // >> NOO
