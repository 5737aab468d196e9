# A filter on trial can be left out like any other.

== config
[MailFilter]
Mode0 = monitor
Skip0 = ${SKIP}

== filter
failure 4
EOM: reject

== client
@ehlo
@mail
> DATA
< 354 *
>> Subject: t\r\n\r\n\{200*12345678\r\n}.\r\n
< 250 2.0.0 queued as 1
@mail
@send
< 250 2.0.0 queued as 2
@quit

== filter saw
OPTNEG *
CONNECT *
HELO *
MAIL *
RCPT *
DATA
${SAW}
MAIL *
RCPT *
DATA
HEADER *
EOH
BODY *
EOM
QUIT
(eof)

== log
${LOG}
mail result=accepted
monitor stage=eom would=reject
mail result=accepted

== table
case  | SKIP | SAW | LOG
large | larger=1000 | ABORT | ! monitor stage=eom would=fail
small | larger=10000 | HEADER * // EOH // BODY * // EOM | monitor stage=eom would=reject
