# FUTURERELEASE is for users, not for strangers (RFC 4865 section 6): offered
# after AUTH, and then its parameter crosses.

== config
[Server]
PlainAuth = always

== backend
offer PIPELINING; AUTH PLAIN; FUTURERELEASE 86400 2026-12-31T00:00:00Z

== client
@greet
> EHLO c.example
!ehlo be.example greets you; PIPELINING; CHUNKING; SIZE 52428800; LIMITS MAILMAX=100 RCPTMAX=1000; AUTH PLAIN
> MAIL FROM:<a@x> HOLDFOR=60
< 555 5.5.4 *
> AUTH PLAIN AGpvZQBzZWNyZXQ=
< 235 2.7.0 welcome
> EHLO c.example
!ehlo be.example greets you; PIPELINING; CHUNKING; SIZE 52428800; LIMITS MAILMAX=100 RCPTMAX=1000; FUTURERELEASE 86400 2026-12-31T00:00:00Z; <<AUTH.*>>
> MAIL FROM:<a@x> HOLDFOR=60
< 250 2.1.0 sender ok
> RSET
< 250 *
> MAIL FROM:<a@x> HOLDUNTIL=2026-11-22T09:30:00Z
< 250 2.1.0 sender ok
@quit

== backend saw
(connect)
EHLO c.example
AUTH PLAIN AGpvZQBzZWNyZXQ=
EHLO c.example
MAIL FROM:<a@x> HOLDFOR=60
RSET
MAIL FROM:<a@x> HOLDUNTIL=2026-11-22T09:30:00Z
QUIT
(we closed)
