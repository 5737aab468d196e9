# The replay is pipelined (one round trip for any number of recipients): this
# backend answers RSET only when MAIL and both RCPTs have come.  DATA is not among
# them.

== backend
RSET: !await 3 // 250 2.0.0 reset

== filter
EOM: delrcpt c@y // accept

== client
@ehlo
@mail
> RCPT TO:<c@y>
< 250 2.1.5 recipient ok
> RCPT TO:<d@y>
< 250 2.1.5 recipient ok
@send
< 250 2.0.0 queued as 1
@quit

== backend saw
(connect)
EHLO c.example
MAIL FROM:<a@x>
RCPT TO:<b@y>
RCPT TO:<c@y>
RCPT TO:<d@y>
RSET
MAIL FROM:<a@x><<( SIZE=\d+)?>>
RCPT TO:<b@y>
RCPT TO:<d@y>
DATA
(mail 1)
QUIT
(we closed)
