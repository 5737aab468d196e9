# The offer is the backend's of now, not of the first EHLO: a server behind a
# balancer, or one that has had enough of a client, may offer less the second
# time, and what it does not offer any more must not be promised.

== backend
EHLO#1: 250-be.example // 250-DSN // 250-SIZE 1000 // 250-LIMITS RCPTMAX=5 // 250 8BITMIME
EHLO#2: 250-be.example // 250 MT-PRIORITY

== client
@greet
> EHLO c.example
!ehlo be.example; PIPELINING; CHUNKING; SIZE 1000; LIMITS MAILMAX=100 RCPTMAX=5; DSN; 8BITMIME
> EHLO c.example
!ehlo be.example; PIPELINING; CHUNKING; SIZE 52428800; LIMITS MAILMAX=100 RCPTMAX=1000; MT-PRIORITY
> MAIL FROM:<a@x> RET=FULL
< 555 5.5.4 *
> MAIL FROM:<a@x> SIZE=2000
< 250 2.1.0 sender ok
> RSET
< 250 *
> HELO c.example
< 250 *
> MAIL FROM:<a@x> MT-PRIORITY=1
< 555 5.5.4 *
@quit
