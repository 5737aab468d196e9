# Edits of one mail do not touch the next.

== filter
EOM#1: addheader X|v // replbody new\r\n // addrcpt c@y // accept

== client
@ehlo
@mail
@send
< 250 2.0.0 queued as 1
@mail
@send
< 250 2.0.0 queued as 2
@quit

== delivered 1
Subject: t
X: v

new

== delivered 2
Subject: t

hello

== backend saw
(connect)
EHLO c.example
MAIL FROM:<a@x>
RCPT TO:<b@y>
RCPT TO:<c@y>
DATA
(mail 1)
MAIL FROM:<a@x>
RCPT TO:<b@y>
DATA
(mail 2)
QUIT
(we closed)
