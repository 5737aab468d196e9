# The replay is tried once, not for ever: then 451.

== config
[Backend]
ConnectRetry = 1

== backend
@1 DATA: !close
@2 DATA: !close

== client
@ehlo
@mail
@send
< 451 4.4.2 *
> QUIT
!reply 221

== delivered none
