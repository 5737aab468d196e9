# Bounces have the null sender; it is never a recipient.

== client
@ehlo
> MAIL FROM:<>
< 250 2.1.0 sender ok
> RCPT TO:<>
< <<501 5.1.3>> *
> RCPT TO:<b@y>
< 250 2.1.5 recipient ok
@send
< 250 2.0.0 queued as 1
@quit

== backend saw
(connect)
EHLO c.example
MAIL FROM:<>
RCPT TO:<b@y>
DATA
(mail 1)
QUIT
(we closed)
