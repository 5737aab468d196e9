# The client is lost inside a mail: ABORT and QUIT, so that the filter cleans up.

== filter

== client
@ehlo
@mail
${LINES}
!${HOW}

== filter saw
...
RCPT <b@y>
${SAW}
ABORT
QUIT
(eof)

== delivered none

== table
case      | LINES | HOW | SAW
rcpt      |  | close | 
rcpt-rst  |  | reset | 
data      | > DATA // < 354 * // >> A: b\r\n\r\ntext | close | ...
half      | > DATA // < 354 * // >> A: b\r\n\r\ntext\r\n | halfclose | ...
