# Replies that come in pieces, with bare LF at their end, with a dash on the way:
# parsed all the same.

== backend
RCPT#1: !raw 250- // !raw 2.1.5 o // !raw k\r // !raw \n250 2.1 // !raw .5 really\r\n
RCPT#2: !raw 250 2.1.5 bare\n

== client
@ehlo
> MAIL FROM:<a@x>
< 250 2.1.0 sender ok
> RCPT TO:<b@y>
< 250-2.1.5 ok
< 250 2.1.5 really
> RCPT TO:<c@y>
< 250 2.1.5 bare
@quit
