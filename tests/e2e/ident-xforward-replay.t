# A changed envelope begins with RSET, which makes the server forget whom it was
# told of: XFORWARD comes again, before MAIL; and the lost server's successor
# hears it, too.

== config
[Backend]
Identity = xforward

== backend
offer ${MORE}XFORWARD ADDR
${RULES}

== filter
EOM:
    ${EDIT}
    accept

== client
@ehlo
@mail
@send
< 250 2.0.0 queued as 1
@quit

== backend saw
${SAW}
DATA
(mail 1)
QUIT
(we closed)

== table
case  | MORE | RULES | EDIT | SAW
plain |  |  | chgfrom n@z | ... // RCPT TO:<b@y> // RSET // XFORWARD ADDR=127.0.0.1 // MAIL FROM:<n@z> // RCPT TO:<b@y>
group | PIPELINING; |  | chgfrom n@z | ... // RCPT TO:<b@y> // RSET // XFORWARD ADDR=127.0.0.1 // MAIL FROM:<n@z> // RCPT TO:<b@y>
lost  | PIPELINING; | @1 DATA: !close | progress | ... // (connect) // EHLO gate.example // EHLO c.example // XFORWARD ADDR=127.0.0.1 // MAIL FROM:<a@x> // RCPT TO:<b@y>
