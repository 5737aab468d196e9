# A refused recipient is one recipient; the others keep theirs, and the backend,
# which had accepted it, must not deliver to it.

== gate
one-byte always

== filter
RCPT <bad@y>:
    ${ANSWER}

== client
@ehlo
> MAIL FROM:<a@x>
> RCPT TO:<b@y>
> RCPT TO:<bad@y>
> RCPT TO:<c@y>
> DATA
< 250 2.1.0 sender ok
< 250 2.1.5 recipient ok
< ${REPLY}
< 250 2.1.5 recipient ok
< 354 *
>> \r\nx\r\n.\r\n
< 250 2.0.0 queued as 1
@quit

== backend saw
(connect)
EHLO c.example
MAIL FROM:<a@x>
RCPT TO:<b@y>
RCPT TO:<bad@y>
RCPT TO:<c@y>
RSET
MAIL FROM:<a@x><<( SIZE=\d+)?>>
RCPT TO:<b@y>
RCPT TO:<c@y>
DATA
(mail 1)
QUIT
(we closed)

== log
refused stage=rcpt by=filter:<<.+>> code=<<\d+>> to=<bad@y>
mail nrcpt=2 result=accepted

== table
case     | ANSWER | REPLY
reject   | reject | 550 5.7.1 *
tempfail | tempfail | 451 4.3.2 *
reply5   | reply 551 5.7.9 not here | 551 5.7.9 not here
reply4   | reply 450 4.7.9 not now | 450 4.7.9 not now
