# One server of several that leads back is left out; the others are used.

== config
[Backend]
ServerCount = 2
Server0 = 127.0.0.1:${LPORT} 1000000
Server1 = ${B0} 0

== client
@ehlo
@mail
@send
< 250 2.0.0 queued as 1
@quit

== log
/ leads back to the gate itself
mail result=accepted
