# A backend without SIZE would refuse the parameter that the gate itself
# offered: it is for the gate only.

== backend
offer 8BITMIME

== client
@greet
> EHLO c.example
!ehlo be.example greets you; CHUNKING; LIMITS MAILMAX=100 RCPTMAX=1000; 8BITMIME; PIPELINING; SIZE 52428800
> MAIL FROM:<a@x> SIZE=500 BODY=8BITMIME
< 250 2.1.0 sender ok
> RCPT TO:<b@y>
< 250 2.1.5 recipient ok
@quit

== backend saw
(connect)
EHLO c.example
MAIL FROM:<a@x> BODY=8BITMIME
RCPT TO:<b@y>
...
