# A failed filter with F=T refuses every further mail of the session: no mail
# slips past it.

== filter
failure T
EOM: close

== client
@ehlo
@mail
@send
< 451 4.3.2 *
> MAIL FROM:<a@x>
< 451 4.3.2 *
> QUIT
!reply 221

== delivered none
