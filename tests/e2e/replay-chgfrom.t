# A new sender: the transaction starts anew, parameters of the client stay except
# those the filter gives.

== gate
one-byte always

== backend
offer DSN; PIPELINING; 8BITMIME

== filter
EOM:
    chgfrom ${ARGUMENT}
    accept

== client
@ehlo
> MAIL FROM:<a@x> BODY=8BITMIME RET=FULL ENVID=1
< 250 2.1.0 sender ok
> RCPT TO:<b@y>
< 250 2.1.5 recipient ok
@send
< 250 2.0.0 queued as 1
@quit

== backend saw
(connect)
EHLO c.example
MAIL FROM:<a@x> BODY=8BITMIME RET=FULL ENVID=1
RCPT TO:<b@y>
RSET
MAIL FROM:${SENT}
RCPT TO:<b@y>
DATA
(mail 1)
QUIT
(we closed)

== table
case     | ARGUMENT | SENT
plain    | n@z | <n@z> BODY=8BITMIME RET=FULL ENVID=1
brackets | <n@z> | <n@z> BODY=8BITMIME RET=FULL ENVID=1
null     | <> | <> BODY=8BITMIME RET=FULL ENVID=1
empty    | \{0*} | <> BODY=8BITMIME RET=FULL ENVID=1
args     | n@z|RET=HDRS | <n@z> <<(BODY=8BITMIME|RET=HDRS|ENVID=1)( (BODY=8BITMIME|RET=HDRS|ENVID=1)){2}>>
