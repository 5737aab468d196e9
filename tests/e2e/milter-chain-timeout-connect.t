# ChainTimeout at the connection: a temporary failure at each MAIL, whatever F=
# says, since filters that were not asked are not to blame.

== config
[MailFilter]
ChainTimeout = 1

== filter 0
failure R
CONNECT: hang

== filter 1

== client
< 220 *
> EHLO c.example
!reply 250
> MAIL FROM:<a@x>
< 451 4.3.2 *
> MAIL FROM:<a@x>
< 451 4.3.2 *
> QUIT
!reply 221

== delivered none
