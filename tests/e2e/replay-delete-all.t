# All recipients deleted: 250 to the client and nothing delivered, as Sendmail and
# Postfix do; the log says so.

== filter
EOM#1: delrcpt b@y // delrcpt c@y // accept

== client
@ehlo
@mail
> RCPT TO:<c@y>
< 250 2.1.5 recipient ok
@send
< 250 2.0.0 *
@mail
@send
< 250 2.0.0 queued as 1
@quit

== backend saw
(connect)
EHLO c.example
MAIL FROM:<a@x>
RCPT TO:<b@y>
RCPT TO:<c@y>
RSET
MAIL FROM:<a@x><<( SIZE=\d+)?>>
RCPT TO:<b@y>
DATA
(mail 1)
QUIT
(we closed)

== delivered 1
Subject: t

hello
