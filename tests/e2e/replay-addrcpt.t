# A recipient added by a filter is one more RCPT in the open transaction; there
# is no need to start it anew.

== gate
one-byte always

== filter
EOM:
    ${EDITS}
    accept

== client
@ehlo
@mail
@send
< 250 2.0.0 queued as 1
@quit

== backend saw
(connect)
EHLO c.example
MAIL FROM:<a@x>
RCPT TO:<b@y>
${SAW}
DATA
(mail 1)
QUIT
(we closed)

== table
case      | EDITS | SAW
plain     | addrcpt c@y | RCPT TO:<c@y>
brackets  | addrcpt <c@y> | RCPT TO:<c@y>
two       | addrcpt c@y // addrcpt <d@y> | RCPT TO:<c@y> // RCPT TO:<d@y>
existing  | addrcpt b@y | 
existing2 | addrcpt <b@Y> | 
twice     | addrcpt c@y // addrcpt c@y | RCPT TO:<c@y>
null      | addrcpt <> | 
del-add   | delrcpt b@y // addrcpt b@y | 
quoted    | addrcpt "c d"@y | RCPT TO:<"c d"@y>
