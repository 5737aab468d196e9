# NOOP and RSET without end keep a process and a backend connection busy.

== config
[Server]
MaxJunk = 5
MaxErrors = 3

== client
@ehlo
> NOOP
> RSET
> NOOP
> VRFY x
> NOOP
> NOOP
> NOOP
> NOOP
> NOOP
!replies 8 any
< 421 4.7.0 *
!gone
