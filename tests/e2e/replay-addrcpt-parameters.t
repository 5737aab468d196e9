# Parameters that a filter wants for a new recipient pass when the backend offers
# them; the new recipient inherits none of the client's.

== backend
offer DSN; PIPELINING

== filter
EOM: addrcpt-par c@y|NOTIFY=NEVER // addrcpt d@y // accept

== client
@ehlo
> MAIL FROM:<a@x>
< 250 2.1.0 sender ok
> RCPT TO:<b@y> NOTIFY=SUCCESS
< 250 2.1.5 recipient ok
@send
< 250 2.0.0 queued as 1
@quit

== backend saw
(connect)
EHLO c.example
MAIL FROM:<a@x>
RCPT TO:<b@y> NOTIFY=SUCCESS
RCPT TO:<c@y> NOTIFY=NEVER
RCPT TO:<d@y>
DATA
(mail 1)
QUIT
(we closed)
