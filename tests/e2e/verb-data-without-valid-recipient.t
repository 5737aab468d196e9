# All recipients refused and DATA pipelined behind them: 554, never 354, or the
# client sends a mail that has nowhere to go (RFC 2920 section 3.1).

== backend
RCPT: 550 5.1.1 no such user

== client
@ehlo
> MAIL FROM:<a@x>
> RCPT TO:<b@y>
> RCPT TO:<c@y>
> DATA
< 250 2.1.0 sender ok
< 550 5.1.1 no such user
< 550 5.1.1 no such user
< 554 5.5.1 *
> RSET
< 250 2.0.0 *
@quit

== delivered none
