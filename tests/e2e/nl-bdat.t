# BDAT has no dot at its end: a gate that passed it would lose track of where
# text ends.  Refused, and what follows is read as commands (there is no other
# way to know its length: the client was not offered CHUNKING).

== backend
offer PIPELINING; CHUNKING; BINARYMIME

== client
@ehlo
@mail
> BDAT 12 LAST
< 502 5.5.1 *
@quit

== backend saw
(connect)
EHLO c.example
MAIL FROM:<a@x>
RCPT TO:<b@y>
...
QUIT
(we closed)

== delivered none
