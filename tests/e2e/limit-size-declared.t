# SIZE= above the limit: refused at once, before anybody sends megabytes.

== config
[Server]
MaxMessageSize = 1000

== client
@greet
> EHLO c.example
!ehlo be.example greets you; CHUNKING; LIMITS MAILMAX=100 RCPTMAX=1000; PIPELINING; SIZE 1000; 8BITMIME; ENHANCEDSTATUSCODES
> MAIL FROM:<a@x> SIZE=1001
< 552 5.3.4 *
> MAIL FROM:<a@x> SIZE=1000
< 250 2.1.0 sender ok
> RSET
< 250 2.0.0 *
> MAIL FROM:<a@x> SIZE=99999999999999999999
< <<552 5.3.4|501 5.5.4>> *
@quit

== backend saw
(connect)
EHLO c.example
MAIL FROM:<a@x> SIZE=1000
...
