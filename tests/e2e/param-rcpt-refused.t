# The same for RCPT.

== client
@ehlo
> MAIL FROM:<a@x>
< 250 2.1.0 sender ok
> RCPT TO:<b@y> ${RCPT}
< ${REPLY}
@quit

== backend saw
(connect)
EHLO c.example
MAIL FROM:<a@x>
...
QUIT
(we closed)

== table
case    | RCPT | REPLY
unknown | FOO=bar | 555 5.5.4 *
notify  | NOTIFY=NEVER | 555 5.5.4 *
size    | SIZE=1 | 555 5.5.4 *
orcpt   | ORCPT=rfc822;b@y | 555 5.5.4 *
rrvs    | RRVS=2014-04-03T23:01:00Z | 555 5.5.4 *
ret     | RET=FULL | 555 5.5.4 *
