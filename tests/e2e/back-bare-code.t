# A reply that is a code and nothing else is legal.

== backend
MAIL#1: 550
RCPT#1: 452

== client
@ehlo
> MAIL FROM:<a@x>
< 550<< ?>>
> MAIL FROM:<a@x>
< 250 2.1.0 sender ok
> RCPT TO:<b@y>
< 452<< ?>>
@quit
