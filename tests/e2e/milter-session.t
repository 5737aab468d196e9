# One filter with every event: what it is offered and shown, in order, for two
# mails on one connection.  No ABORT behind a finished mail (Go filters forget
# who the client is), no new CONNECT or HELO for the second.

== gate
one-byte always

== filter

== client
@ehlo
> MAIL FROM:<a@x> SIZE=100 BODY=8BITMIME
< 250 2.1.0 sender ok
> RCPT TO:<b@y>
< 250 2.1.5 recipient ok
> RCPT TO:<c@y>
< 250 2.1.5 recipient ok
@send
< 250 2.0.0 queued as 1
@mail
@send
< 250 2.0.0 queued as 2
@quit

== filter saw
OPTNEG 6 1ff 1fffff
CONNECT <<localhost|\[127.0.0.1\]>> 4 ${CPORT} 127.0.0.1
HELO c.example
MAIL <a@x> SIZE=100 BODY=8BITMIME
RCPT <b@y>
RCPT <c@y>
DATA
HEADER Subject|t
EOH
BODY 7 hello\r\n
EOM
MAIL <a@x>
RCPT <b@y>
DATA
HEADER Subject|t
EOH
BODY 7 hello\r\n
EOM
QUIT
(eof)
