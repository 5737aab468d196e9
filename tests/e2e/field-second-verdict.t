# rspamd/rspamd #1764: two answers at the end of message. Behind an acceptance the
# second one shows that the first was an answer to something else, and the mail
# would go on unfiltered: while it can still be stopped it is stopped, as F= says.

== gate
one-byte no

== config
[MailFilter]
Mode0 = ${MODE}

== filter 0
failure ${F}
EOM#1:
    ${FIRST}
    ${SECOND}

== filter 1

== backend
DATA:
    ${DATA}

== client
@ehlo
@mail
@send
< ${REPLY}
${MORE}

== log
/ filter filter0 .*: at eom after \d+ ms: answered without a question
mail result=${RESULT}

== table
case    | MODE    | F    | FIRST    | SECOND   | DATA   | REPLY       | MORE  | RESULT
T       | enforce | T    | continue | reject   | 354 go | 451 4.3.2 * | @quit | tempfailed
R       | enforce | R    | accept   | continue | 354 go | 554 5.7.1 * | @quit | rejected
4       | enforce | 4    | continue | tempfail | 354 go | 421 4.7.0 * | !gone | tempfailed
edits   | enforce | T    | addheader X-A|a // continue | reject | 354 go | 451 4.3.2 * | @quit | tempfailed
late    | enforce | T    | continue // wait data | reject // signal said | !signal data // !wait said // 354 go | 451 4.3.2 * | @quit | tempfailed
none    | enforce | none | continue | reject   | 354 go | 250 2.0.0 queued as 1 | @quit | accepted
monitor | monitor | R    | continue | reject   | 354 go | 250 2.0.0 queued as 1 | @quit | accepted
