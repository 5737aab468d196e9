# ASSP's line, at the start of the session: tools that look for it in a server's
# log go on finding it.

== config
[Backend]
Identity = noop

== backend

== client
@ehlo
@mail
@send
< 250 2.0.0 queued as 1
@quit

== backend saw
(connect)
NOOP Connection from: 127.0.0.1, <<\d\d \w{3} \d{4} \d\d:\d\d:\d\d \+0000>> relayed by gate.example
EHLO c.example
MAIL FROM:<a@x>
RCPT TO:<b@y>
DATA
(mail 1)
QUIT
(we closed)
