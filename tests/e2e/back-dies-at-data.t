# The backend dies at DATA: no text was sent, so the replay is safe.

== backend
@1 DATA: !close

== client
@ehlo
@mail
@send
< 250 2.0.0 queued as 1
@quit

== backend saw
(connect)
EHLO c.example
MAIL FROM:<a@x>
RCPT TO:<b@y>
DATA
(we closed)
(connect)
EHLO c.example
MAIL FROM:<a@x><<( SIZE=\d+)?>>
RCPT TO:<b@y>
DATA
(mail 1)
QUIT
(we closed)
