# PROGRESS renews R only: E, the limit of the whole answer, stays, or a filter
# could hold a client for ever.

== filter
failure T
times C:5s;S:5s;R:1s;E:1s
EOM: delay 60 progress // continue

== client
@ehlo
@mail
@send
< 451 4.3.2 *
!close

== delivered none
