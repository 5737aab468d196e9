# OpenSMTPD closes the connection when bytes follow a command.  The gate offers
# PIPELINING all the same and feeds such a backend one command at a time.

== gate
one-byte always

== backend
offer SIZE 20480000; 8BITMIME

== client
@greet
> EHLO c.example
!ehlo be.example greets you; CHUNKING; LIMITS MAILMAX=100 RCPTMAX=1000; PIPELINING; SIZE 20480000; 8BITMIME
> MAIL FROM:<a@x>
> RCPT TO:<b@y>
> RCPT TO:<c@y>
> DATA
< 250 2.1.0 sender ok
< 250 2.1.5 recipient ok
< 250 2.1.5 recipient ok
< 354 *
>> \r\none\r\n.\r\nQUIT\r\n
< 250 2.0.0 queued as 1
< 221 2.0.0 *

== delivered

one
