# Without XCLIENT and without Identity = none a backend that trusts the gate by
# its address would relay for anybody: the session is refused.

== config
[Backend]
Identity = auto

== client
< 421 4.3.5 *
!gone

== delivered none
