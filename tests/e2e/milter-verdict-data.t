# Verdicts at DATA end the transaction: a second DATA would get no answer from
# libmilter.

== filter
DATA#1:
    ${ANSWER}

== client
@ehlo
@mail
> DATA
< ${REPLY}
> DATA
< 503 5.5.1 *
@mail
@send
< 250 2.0.0 queued as 1
@quit

== delivered 1
Subject: t

hello

== filter saw
...
RCPT <b@y>
DATA
MAIL <a@x>
RCPT <b@y>
DATA
...
EOM
QUIT
(eof)

== table
case     | ANSWER | REPLY
reject   | reject | 550 5.7.1 *
tempfail | tempfail | 451 4.3.2 *
reply5   | reply 554 5.7.9 no data | 554 5.7.9 no data
reply4   | reply 450 4.7.9 not now | 450 4.7.9 not now
