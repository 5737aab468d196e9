# REQUIRETLS is a promise that nobody listens on the way.  With a server that is
# spoken to in clear it would be a lie, although the client has TLS.

== gate
env SSL_PROTOCOL=TLSv1.3

== backend
offer PIPELINING; REQUIRETLS; DSN

== client
@greet
> EHLO c.example
!ehlo be.example greets you; PIPELINING; CHUNKING; SIZE 52428800; LIMITS MAILMAX=100 RCPTMAX=1000; DSN
> MAIL FROM:<a@x> REQUIRETLS
< 555 5.5.4 *
@quit

== backend saw
(connect)
EHLO c.example
QUIT
(we closed)
