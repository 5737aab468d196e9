# 421 at HELO closes at once.

== filter
HELO: reply 421 4.7.0 go away

== client
@greet
> EHLO c.example
< 421 4.7.0 go away
!gone
