# RSET between recipients and DATA: the backend forgets, too, or the next mail
# goes to the recipients of this one.

== client
@ehlo
@mail
> RSET
< 250 2.0.0 *
> MAIL FROM:<c@x>
< 250 2.1.0 sender ok
> RCPT TO:<d@y>
< 250 2.1.5 recipient ok
@send
< 250 2.0.0 queued as 1
@quit

== backend saw
(connect)
EHLO c.example
MAIL FROM:<a@x>
RCPT TO:<b@y>
RSET
MAIL FROM:<c@x>
RCPT TO:<d@y>
DATA
(mail 1)
QUIT
(we closed)
