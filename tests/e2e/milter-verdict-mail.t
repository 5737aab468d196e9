# Verdicts at MAIL: the backend had said yes, so it must forget the sender
# before the next.

== filter
MAIL#1:
    ${ANSWER}

== client
@ehlo
> MAIL FROM:<bad@x>
< ${REPLY}
> RCPT TO:<b@y>
< 503 5.5.1 *
@mail
@send
< 250 2.0.0 queued as 1
@quit

== backend saw
(connect)
EHLO c.example
MAIL FROM:<bad@x>
RSET
MAIL FROM:<a@x><<( SIZE=\d+)?>>
RCPT TO:<b@y>
DATA
(mail 1)
QUIT
(we closed)

== filter saw
OPTNEG *
CONNECT *
HELO *
MAIL <bad@x>
MAIL <a@x>
RCPT <b@y>
...
EOM
QUIT
(eof)

== table
case     | ANSWER | REPLY
reject   | reject | 550 5.7.1 *
tempfail | tempfail | 451 4.3.2 *
reply5   | reply 554 5.7.9 bad sender | 554 5.7.9 bad sender
reply4   | reply 450 4.7.9 not now | 450 4.7.9 not now
