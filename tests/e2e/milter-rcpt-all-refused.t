# All recipients refused by a filter: DATA is 554 and the filter hears of no
# DATA; the backend is rid of them.

== filter
RCPT: reject

== client
@ehlo
> MAIL FROM:<a@x>
> RCPT TO:<b@y>
> DATA
< 250 2.1.0 sender ok
< 550 5.7.1 *
< 554 5.5.1 *
> RSET
< 250 2.0.0 *
@quit

== filter saw
OPTNEG *
CONNECT *
HELO *
MAIL *
RCPT *
ABORT
QUIT
(eof)

== delivered none
