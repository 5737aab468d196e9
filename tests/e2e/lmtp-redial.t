# The LMTP server goes away within a mail: dialled again, with LHLO.

== backend
lmtp yes
@1 RCPT: 250 2.1.5 recipient ok // !close // !signal said

== client
@ehlo
@mail
!wait said
@send
< 250 2.0.0 queued as 1
@quit

== backend saw
(connect)
LHLO c.example
MAIL FROM:<a@x>
RCPT TO:<b@y>
(we closed)
(connect)
LHLO c.example
MAIL FROM:<a@x><<( SIZE=\d+)?>>
RCPT TO:<b@y>
DATA
(mail 1)
QUIT
(we closed)

== delivered
Subject: t

hello
