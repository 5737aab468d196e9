# A command out of order must not reach the backend, whose answer would be taken
# for the answer to something else, and the session must go on.

== client
@ehlo
${LINES}
@quit

== backend saw
(connect)
EHLO c.example
${SAW}
QUIT
(we closed)

== table
case              | LINES | SAW
rcpt-first        | > RCPT TO:<b@y> // < 503 5.5.1 * | 
data-first        | > DATA // < 503 5.5.1 * | 
data-without-rcpt | > MAIL FROM:<a@x> // < 250 2.1.0 sender ok // > DATA // < 503 5.5.1 * // > RCPT TO:<b@y> // < 250 2.1.5 recipient ok | MAIL FROM:<a@x> // RCPT TO:<b@y>
mail-twice        | > MAIL FROM:<a@x> // < 250 2.1.0 sender ok // > MAIL FROM:<c@x> // < 503 5.5.1 * // > RCPT TO:<b@y> // < 250 2.1.5 recipient ok | MAIL FROM:<a@x> // RCPT TO:<b@y>
rcpt-after-rset   | > MAIL FROM:<a@x> // < 250 2.1.0 sender ok // > RSET // < 250 2.0.0 * // > RCPT TO:<b@y> // < 503 5.5.1 * | MAIL FROM:<a@x> // RSET
