# A backend that refuses RSET still has the old transaction, or none: nothing
# that is sent on this connection can be trusted to reach the right recipients.
# The mail goes out over a new one.

== backend
@1 RSET: 500 5.5.2 what

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
...
(connect)
EHLO c.example
MAIL FROM:<a@x><<( SIZE=\d+)?>>
RCPT TO:<b@y>
DATA
(mail 1)
QUIT
(we closed)
