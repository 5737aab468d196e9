# The same when it dies: without F= the mail goes on as if it had not spoken.

== filter
EOM: addheader X|v // addrcpt c@y // close

== client
@ehlo
@mail
@send
< 250 2.0.0 queued as 1
@quit

== delivered
Subject: t

hello

== backend saw
(connect)
EHLO c.example
MAIL FROM:<a@x>
RCPT TO:<b@y>
DATA
(mail 1)
QUIT
(we closed)
