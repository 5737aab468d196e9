# A host name that does not resolve is a failure like the others, within the
# limit.

== filter
spec S=inet:1111@no-such-host.invalid, F=T, T=C:2s

== client
< 220 *
> EHLO c.example
!reply 250
> MAIL FROM:<a@x>
< 451 4.3.2 *
!close
