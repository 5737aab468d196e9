# A filter whose machine answers nothing: C, then F=.

== filter
listen full
failure T
times C:1s;S:1s;R:1s;E:1s

== client
< 220 *
> EHLO c.example
!reply 250
> MAIL FROM:<a@x>
< 451 4.3.2 *
!close
