# A packet of length 0 is never legal (two Go libraries crash on it).

== filter
failure T
times C:5s;S:5s;R:1s;E:10s
MAIL: raw \0\0\0\0

== client
@ehlo
> MAIL FROM:<a@x>
< 451 4.3.2 *
!close
