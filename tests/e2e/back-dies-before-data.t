# The backend is lost while the client sends its text: the envelope is replayed
# on a new connection, once, and the mail arrives once.

== gate
one-byte always

== backend
@1 RCPT#2: 250 2.1.5 recipient ok // !close // !signal said

== client
@ehlo
@mail
> RCPT TO:<c@y>
< 250 2.1.5 recipient ok
!wait said
@send
< 250 2.0.0 queued as 1
@quit

== backend saw
(connect)
EHLO c.example
MAIL FROM:<a@x>
RCPT TO:<b@y>
RCPT TO:<c@y>
(we closed)
(connect)
EHLO c.example
MAIL FROM:<a@x><<( SIZE=\d+)?>>
RCPT TO:<b@y>
RCPT TO:<c@y>
DATA
(mail 1)
QUIT
(we closed)

== delivered
Subject: t

hello
