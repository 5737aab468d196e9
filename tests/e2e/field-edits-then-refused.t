# milter-mta-side.md 6: edits of a filter whose final answer is not continue or
# accept are void. What it wanted must not be in the next mail either
# (milter-mta-side.md 5.5; Postfix 20260803 kept the state of one mail for the
# next).

== filter 0
EOM#1: addheader X|1 // addrcpt c@y // chgfrom n@z // replbody evil\r\n // ${ANSWER}

== filter 1

== client
@ehlo
@mail
@send
< ${REPLY}
@mail
@send
< 250 2.0.0 queued as 1
@quit

== backend saw
(connect)
EHLO c.example
MAIL FROM:<a@x>
RCPT TO:<b@y>
RSET
MAIL FROM:<a@x>
RCPT TO:<b@y>
DATA
(mail 1)
QUIT
(we closed)

== delivered
Subject: t

hello

== table
case | ANSWER | REPLY
reject | reject | 554 5.7.1 *
tempfail | tempfail | 451 4.3.2 *
reply | reply 550 5.7.9 no | 550 5.7.9 no
discard | discard | 250 2.0.0 *
