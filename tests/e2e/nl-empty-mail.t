# An empty message: the dot follows DATA at once (sequence 2).  The backend gets
# the empty line that ends a header.

== gate
one-byte always

== client
@ehlo
@mail
> DATA
< 354 *
> .
< 250 2.0.0 queued as 1
@quit

== backend saw
(connect)
EHLO c.example
MAIL FROM:<a@x>
RCPT TO:<b@y>
DATA
(mail 1)
QUIT
(we closed)

== delivered
\{0*}
