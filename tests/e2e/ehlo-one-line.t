# A backend without any extension answers EHLO with a single line.

== backend
EHLO: 250 be.example

== client
@greet
> EHLO c.example
!ehlo be.example; CHUNKING; LIMITS MAILMAX=100 RCPTMAX=1000; PIPELINING; SIZE 52428800
@mail
@send
< 250 2.0.0 queued as 1
@quit
