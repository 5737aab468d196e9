# Verdicts through libmilter, with its own reply formatting.

== recfilter
-a "${ANSWER}"

== client
@ehlo
${LINES}
< ${REPLY}
!close

== table
case      | ANSWER | LINES | REPLY
mail      | mail=550 5.7.1 no | > MAIL FROM:<a@x> | 550 5.7.1 no
mail-two  | mail=451 4.7.1 not|now | > MAIL FROM:<a@x> | 451-4.7.1 not // 451 4.7.1 now
rcpt      | rcpt=reject | > MAIL FROM:<a@x> // < 250 2.1.0 sender ok // > RCPT TO:<b@y> | 550 5.7.1 *
data      | data=tempfail | @mail // > DATA | 451 4.3.2 *
header    | header=reject | @mail // @send | 554 5.7.1 *
body      | body=550 5.7.1 100%% spam | @mail // @send | 550 5.7.1 100% spam
eom       | eom=discard | @mail // @send | 250 2.0.0 *
eom-reply | eom=550 5.7.1 no|really|no | @mail // @send | 550-5.7.1 no // 550-5.7.1 really // 550 5.7.1 no
skip      | body=skip | @mail // @send | 250 2.0.0 queued as 1
