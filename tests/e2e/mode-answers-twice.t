# A filter on trial that answers twice has failed at the next question; the second
# answer is never taken for the one to that.

== gate
one-byte no

== config
[MailFilter]
Mode0 = monitor

== filter 0
failure R
${STAGE}:
    ${FIRST}
    ${SECOND}

== filter 1
failure T

== client
@ehlo
@mail
@send
< 250 2.0.0 queued as 1
@quit

== filter 1 saw
...
EOM
QUIT
(eof)

== log
/ filter filter0 .*: at ${AT} after \d+ ms: answered without a question
monitor filter=filter0 stage=${AT} would=fail
mail result=accepted by=backend

== table
case | STAGE | FIRST | SECOND | AT
rcpt | RCPT | continue | reject | data
data | DATA | continue | continue | header
body | BODY | continue | reject | eom
