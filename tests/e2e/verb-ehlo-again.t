# A second EHLO ends the transaction (RFC 5321 section 4.1.4).  If the gate kept
# it, a recipient of before would get the next mail.

== client
@ehlo
@mail
> EHLO other.example
!reply 250
> DATA
< 503 5.5.1 *
> RCPT TO:<b@y>
< 503 5.5.1 *
@mail
@send
< 250 2.0.0 queued as 1
@quit

== backend saw
(connect)
EHLO c.example
MAIL FROM:<a@x>
RCPT TO:<b@y>
...
EHLO other.example
MAIL FROM:<a@x>
RCPT TO:<b@y>
DATA
(mail 1)
QUIT
(we closed)
