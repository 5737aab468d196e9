# The same with F=: the other recipients get its answer, never an unchecked
# mail.

== filter
failure ${FAILURE}
RCPT <bad@y>: reject // close

== client
@ehlo
@mail
> RCPT TO:<bad@y>
< 550 5.7.1 *
> RCPT TO:<c@y>
< ${NEXT}
> DATA
< ${NEXT}
!close

== delivered none

== table
case | FAILURE | NEXT
T | T | 451 4.3.2 *
R | R | 550 5.7.1 *
