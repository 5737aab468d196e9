# Old devices and scripts say HELO.  They get no list of extensions, and the
# backend must hear HELO, too, or it records the wrong protocol.

== client
@greet
> HELO c.example
< 250 be.example
@mail
@send
< 250 2.0.0 queued as 1
@quit

== backend saw
(connect)
HELO c.example
MAIL FROM:<a@x>
RCPT TO:<b@y>
DATA
(mail 1)
QUIT
(we closed)

== log
session proto=SMTP helo=c.example
