# milter-mta-side.md 6.7: a path of authentication_milter asks for quarantine
# and then says nothing. That is no verdict: R is over, F= decides, and the mail
# is neither kept nor taken for accepted.

== filter
failure T
times C:5s;S:5s;R:1s;E:20s
EOM: quarantine because // hang

== client
@ehlo
@mail
@send
< 451 4.3.2 *
!close

== delivered none
