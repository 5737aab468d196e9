# Silence after the dot until FinalTimeout: 451, "outcome unknown" in the log.

== config
[Backend]
FinalTimeout = 1

== backend
body: !hang

== client
@ehlo
@mail
@send
< 451 4.4.2 *
!close

== log
mail result=unknown
