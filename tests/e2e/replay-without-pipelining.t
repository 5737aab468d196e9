# A backend without PIPELINING gets the replay one command at a time.

== backend
offer 8BITMIME

== filter
EOM: delrcpt c@y // accept

== client
@ehlo
@mail
> RCPT TO:<c@y>
< 250 2.1.5 recipient ok
@send
< 250 2.0.0 queued as 1
@quit

== backend saw
(connect)
EHLO c.example
MAIL FROM:<a@x>
RCPT TO:<b@y>
RCPT TO:<c@y>
RSET
MAIL FROM:<a@x><<( SIZE=\d+)?>>
RCPT TO:<b@y>
DATA
(mail 1)
QUIT
(we closed)
