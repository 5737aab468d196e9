# Without the offer they are dropped: the backend would refuse the recipient.

== filter
EOM: addrcpt-par c@y|NOTIFY=NEVER // accept

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
RCPT TO:<c@y>
DATA
(mail 1)
QUIT
(we closed)
