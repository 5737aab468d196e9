# The final reply is the backend's word, all lines: the queue id in it is what
# support asks for.

== backend
body:
    ${ANSWER}

== client
@ehlo
@mail
@send
< ${ANSWER}
@mail
@quit

== log
mail result=${RESULT} by=backend code=${CODE}

== table
case  | ANSWER | RESULT | CODE
250   | 250-2.0.0 first // 250 2.0.0 queued as ABC | accepted | 250
251   | 251 2.0.0 forwarded | accepted | 251
451   | 451-4.3.0 not // 451 4.3.0 now | tempfailed | 451
452   | 452 4.3.1 no space | tempfailed | 452
554   | 554-5.7.1 spam // 554-5.7.1 or worse // 554 5.7.1 go away | rejected | 554
552   | 552 5.3.4 too big | rejected | 552
