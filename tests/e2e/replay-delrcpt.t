# A deleted recipient: RSET, MAIL and the remaining RCPTs again with their own
# parameters, DATA only after all these answers.

== gate
one-byte always

== backend
offer DSN; PIPELINING

== filter
EOM:
    ${EDITS}
    accept

== client
@ehlo
> MAIL FROM:<a@x> RET=HDRS
< 250 2.1.0 sender ok
> RCPT TO:<b@y> NOTIFY=NEVER
< 250 2.1.5 recipient ok
> RCPT TO:<c@y>
< 250 2.1.5 recipient ok
> RCPT TO:<d@y> NOTIFY=DELAY
< 250 2.1.5 recipient ok
@send
< 250 2.0.0 queued as 1
@quit

== backend saw
(connect)
EHLO c.example
MAIL FROM:<a@x> RET=HDRS
RCPT TO:<b@y> NOTIFY=NEVER
RCPT TO:<c@y>
RCPT TO:<d@y> NOTIFY=DELAY
RSET
MAIL FROM:<a@x> RET=HDRS
RCPT TO:<b@y> NOTIFY=NEVER
${SAW}
DATA
(mail 1)
QUIT
(we closed)

== table
case     | EDITS | SAW
one      | delrcpt c@y | RCPT TO:<d@y> NOTIFY=DELAY
brackets | delrcpt <c@y> | RCPT TO:<d@y> NOTIFY=DELAY
domain   | delrcpt c@Y | RCPT TO:<d@y> NOTIFY=DELAY
two      | delrcpt c@y // delrcpt d@y | 
del-new  | delrcpt c@y // addrcpt e@y | RCPT TO:<d@y> NOTIFY=DELAY // RCPT TO:<e@y>
