# Control octets in a reply of the backend do not reach the client, where they
# would be lines or terminal codes.

== backend
RCPT#1: !raw 550 5.1.1 a\x1b[31mb\0c\x07d\r\n
RCPT#2: !raw 550 5.1.1 x\r250 injected\r\n

== client
@ehlo
> MAIL FROM:<a@x>
< 250 2.1.0 sender ok
> RCPT TO:<b@y>
< 550 5.1.1 a<<[^\\]*>>
> RCPT TO:<c@y>
< 550 5.1.1 x<<[^\\]*>>
@quit
