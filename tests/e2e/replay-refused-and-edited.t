# A recipient refused by a filter at RCPT and one added at the end: one replay
# with the right list.

== filter
RCPT <bad@y>: reject
EOM: addrcpt c@y // accept

== client
@ehlo
@mail
> RCPT TO:<bad@y>
< 550 5.7.1 *
@send
< 250 2.0.0 queued as 1
@quit

== backend saw
(connect)
EHLO c.example
MAIL FROM:<a@x>
RCPT TO:<b@y>
RCPT TO:<bad@y>
RSET
MAIL FROM:<a@x><<( SIZE=\d+)?>>
RCPT TO:<b@y>
RCPT TO:<c@y>
DATA
(mail 1)
QUIT
(we closed)
