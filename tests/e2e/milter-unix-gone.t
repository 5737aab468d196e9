# The socket of a filter that is not running: F= as for any other.

== filter
spec S=unix:/nonexistent/filter.sock, F=T

== client
< 220 *
> EHLO c.example
!reply 250
> MAIL FROM:<a@x>
< 451 4.3.2 *
!close
