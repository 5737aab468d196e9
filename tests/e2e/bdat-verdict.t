# A filter's refusal is the answer to the chunk at which it is known, and no
# backend sees the mail; a discarded mail is taken to its end.

== filter
${STAGE}#1: ${ANSWER}

== client
@ehlo
@mail
>> BDAT 14\r\nSubject: t\r\n\r\n
< ${FIRST}
>> BDAT 7 LAST\r\nhello\r\n
< ${LAST}
> RSET
< 250 2.0.0 *
@mail
>> BDAT 21 LAST\r\nSubject: t\r\n\r\nhello\r\n
< 250 2.0.0 queued as 1
@quit

== delivered 1
Subject: t

hello

== log
mail result=${RESULT} by=filter:<<.+>>
mail result=accepted by=backend

== table
case    | STAGE | ANSWER | FIRST | LAST | RESULT
data    | DATA | reply 550 5.7.1 no data | 550 5.7.1 no data | 503 5.5.1 * | rejected
data-t  | DATA | tempfail | 451 4.3.2 * | 503 5.5.1 * | tempfailed
header  | HEADER | reply 550 5.7.1 bad | 550 5.7.1 bad | 503 5.5.1 * | rejected
eom     | EOM | reply 550 5.7.1 bad | 250 2.0.0 14 * | 550 5.7.1 bad | rejected
discard | DATA | discard | 250 2.0.0 * | 250 2.0.0 * | discarded
eoh     | EOH | discard | 250 2.0.0 * | 250 2.0.0 * | discarded
