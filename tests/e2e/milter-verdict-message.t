# Verdicts on the mail itself, at each of its stages: the client gets the answer
# at the final dot, nothing is delivered, and the next mail of the session is
# judged anew.

== gate
one-byte always

== filter
${STAGE}#1:
    ${ANSWER}

== client
@ehlo
@mail
> DATA
< 354 *
>> A: b\r\nC: d\r\n\r\nhello\r\n.\r\n
< ${REPLY}
@mail
@send
< 250 2.0.0 queued as 1
@quit

== delivered 1
Subject: t

hello

== log
mail result=${RESULT} by=filter:<<.+>>
mail result=accepted

== table
case            | STAGE | ANSWER | REPLY | RESULT
header-reject   | HEADER | reject | 554 5.7.1 * | rejected
header-tempfail | HEADER | tempfail | 451 4.3.2 * | tempfailed
header-reply    | HEADER | reply 552 5.7.8 no C | 552 5.7.8 no C | rejected
eoh-reject      | EOH | reject | 554 5.7.1 * | rejected
eoh-tempfail    | EOH | tempfail | 451 4.3.2 * | tempfailed
eoh-reply       | EOH | reply 450 4.7.8 later | 450 4.7.8 later | tempfailed
body-reject     | BODY | reject | 554 5.7.1 * | rejected
body-tempfail   | BODY | tempfail | 451 4.3.2 * | tempfailed
body-reply      | BODY | reply 554 5.7.8 virus | 554 5.7.8 virus | rejected
eom-reject      | EOM | reject | 554 5.7.1 * | rejected
eom-tempfail    | EOM | tempfail | 451 4.3.2 * | tempfailed
eom-reply5      | EOM | reply 550 5.7.8 spam | 550 5.7.8 spam | rejected
eom-reply4      | EOM | reply 451 4.7.8 grey | 451 4.7.8 grey | tempfailed
