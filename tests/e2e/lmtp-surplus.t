# An LMTP server that has more answers than there were recipients: the next mail
# would get the answer of this one.  The connection is given up.

== backend
lmtp yes
@1 body: 250 2.0.0 yours\r\n250 2.0.0 whose

== client
@ehlo
@mail
@send
< 250 2.0.0 yours
@mail
@send
< 250 2.0.0 queued as 2
@quit

== backend saw
(connect)
LHLO c.example
MAIL FROM:<a@x>
RCPT TO:<b@y>
DATA
(mail 1)
<<\((eof|reset)\)>>
(connect)
LHLO c.example
MAIL FROM:<a@x>
RCPT TO:<b@y>
DATA
(mail 2)
QUIT
(we closed)
