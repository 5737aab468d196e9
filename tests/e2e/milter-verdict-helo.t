# A refusal at HELO leaves the HELO itself at 250 and answers the commands that
# follow; QUIT, RSET and NOOP stay possible.

== filter
HELO:
    ${ANSWER}

== client
@ehlo
> MAIL FROM:<a@x>
< ${REPLY}
> NOOP
< 250 2.0.0 *
> RSET
< 250 2.0.0 *
> MAIL FROM:<a@x>
< ${REPLY}
@quit

== delivered none

== table
case     | ANSWER | REPLY
reject   | reject | 550 5.<<0.0|7.1>> *
tempfail | tempfail | 451 4.3.2 *
reply5   | reply 553 5.7.7 bad name | 553 5.7.7 bad name
reply4   | reply 450 4.7.7 bad name | 450 4.7.7 bad name
