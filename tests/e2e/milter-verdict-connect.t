# Verdicts on the connection, in Sendmail's way: a client refused here never
# touches the backend.

== filter
CONNECT:
    ${ANSWER}

== client
< ${GREETING}
> EHLO c.example
!reply any
> MAIL FROM:<a@x>
< ${REPLY}
> QUIT
!reply 221

== delivered none

== table
case     | ANSWER | GREETING | REPLY
reject   | reject | 554 * | <<5(50|03|54) 5.\d.\d>> *
tempfail | tempfail | 220 * | 451 4.3.2 *
reply5   | reply 550 5.7.1 you are listed | 554 * | <<5(50|03|54) 5.\d.\d>> *
reply4   | reply 450 4.7.1 wait | 220 * | 450 4.7.1 wait
