# The backend hangs up between two commands without a transaction (idle limit):
# the gate dials again at the next MAIL and the client notices nothing.

== backend
@1 EHLO: 250 be.example // !close // !signal said

== client
@ehlo
!wait said
> MAIL FROM:<a@x>
< 250 2.1.0 sender ok
> RCPT TO:<b@y>
< 250 2.1.5 recipient ok
@send
< 250 2.0.0 queued as 1
@quit

== backend saw
(connect)
EHLO c.example
(we closed)
(connect)
EHLO c.example
MAIL FROM:<a@x>
RCPT TO:<b@y>
DATA
(mail 1)
QUIT
(we closed)
