# Envelope edits of two filters add up; the second is not told of the first's.

== filter 0
EOM: addrcpt c@y // chgfrom n@z // accept

== filter 1
EOM: delrcpt b@y // addrcpt d@y // accept

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
MAIL FROM:<n@z><<( SIZE=\d+)?>>
RCPT TO:<c@y>
RCPT TO:<d@y>
DATA
(mail 1)
QUIT
(we closed)

== filter 1 saw
...
MAIL <a@x>
RCPT <b@y>
DATA
...
