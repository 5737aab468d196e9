# A client with two mails for one host sends both over one connection.  State
# left behind by the first (recipients, held text) would go out with the second.

== gate
one-byte always

== client
@ehlo
@mail
@send
< 250 2.0.0 queued as 1
> MAIL FROM:<c@x>
< 250 2.1.0 sender ok
> RCPT TO:<d@y>
< 250 2.1.5 recipient ok
> DATA
< 354 *
> Subject: second
>
> other
> .
< 250 2.0.0 queued as 2
@quit

== backend saw
(connect)
EHLO c.example
MAIL FROM:<a@x>
RCPT TO:<b@y>
DATA
(mail 1)
MAIL FROM:<c@x>
RCPT TO:<d@y>
DATA
(mail 2)
QUIT
(we closed)

== delivered 1
Subject: t

hello

== delivered 2
Subject: second

other
