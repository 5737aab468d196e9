# An answer to an event whose answer was switched off is a protocol error, too.

== filter
failure T
protocol NR_HELO
HELO: reject // signal said

== client
@ehlo
!wait said
> MAIL FROM:<a@x>
< 451 4.3.2 *
!close
