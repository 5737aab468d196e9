# Two replies to one command: everything after would be off by one, and a
# recipient would get the verdict on another.  The connection is dropped, the
# envelope goes through a new one.

== backend
RCPT#1: !raw 250 2.1.5 ok\r\n550 5.1.1 surplus\r\n

== client
@ehlo
> MAIL FROM:<a@x>
< 250 2.1.0 sender ok
> RCPT TO:<b@y>
< 250 2.1.5 ok
@send
< 250 2.0.0 queued as 1
@quit

== backend saw
(connect)
EHLO c.example
MAIL FROM:<a@x>
RCPT TO:<b@y>
<<\((eof|reset)\)>>
(connect)
EHLO c.example
MAIL FROM:<a@x><<( SIZE=\d+)?>>
RCPT TO:<b@y>
DATA
(mail 1)
QUIT
(we closed)
