# inetd and xinetd give the client's socket as descriptor 2, too.  Whatever the
# gate has to log must not appear between its replies.

== gate
stderr client
args -d

== filter
listen refuse

== client
< 220 be.example ESMTP
> EHLO c.example
!ehlo be.example greets you; CHUNKING; LIMITS MAILMAX=100 RCPTMAX=1000; PIPELINING; SIZE 20480000; 8BITMIME; ENHANCEDSTATUSCODES
> FOO
< <<50[02] 5.5.[12]>> *
@mail
@send
< 250 2.0.0 queued as 1
@quit
