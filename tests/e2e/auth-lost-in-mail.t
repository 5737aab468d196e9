# The same within a mail: the mail fails for now, nothing is delivered twice or by
# a stranger, and the next one ends the session.

== config
[Server]
PlainAuth = always

== backend
offer AUTH PLAIN
${EVENT}: ${ACTION}

== client
@ehlo
> AUTH PLAIN AGpvZQBzZWNyZXQ=
< 235 2.7.0 welcome
> MAIL FROM:<a@x>
< 250 2.1.0 sender ok
${REST}
> RSET
< 250 *
> MAIL FROM:<a@x>
< 421 4.4.2 *
!eof

== delivered none

== table
case  | EVENT | ACTION | REST
rcpt  | RCPT | !close | > RCPT TO:<b@y> // < 451 4.4.2 *
data  | DATA | !close | > RCPT TO:<b@y> // < 250 2.1.5 * // @send // < 451 4.4.2 *
