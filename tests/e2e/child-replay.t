# Envelope edits against a program: the replay goes through the same two
# descriptors.

== gate
child

== backend
offer 8BITMIME

== filter
EOM: delrcpt b@y // addrcpt c@y // accept

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
RSET
MAIL FROM:<a@x><<( SIZE=\d+)?>>
RCPT TO:<c@y>
DATA
(mail 1)
QUIT
(we closed)
