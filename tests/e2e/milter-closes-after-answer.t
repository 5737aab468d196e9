# phalaaxx/milter closes the connection after each final answer.  The answer
# counts; the failure acts from the next command on.

== filter
failure ${FAILURE}
EOM#1:
    ${ANSWER}
    close

== client
@ehlo
@mail
@send
< ${REPLY}
> MAIL FROM:<a@x>
< ${NEXT}
!close

== table
case     | FAILURE | ANSWER | REPLY | NEXT
accept-T | T | accept | 250 2.0.0 queued as 1 | 451 4.3.2 *
reject-n | none | reject | 554 5.7.1 * | 250 2.1.0 sender ok
