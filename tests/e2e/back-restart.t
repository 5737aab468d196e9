# A backend is restarted just when a client comes: ConnectRetry waits for it, and
# the client notices nothing.

== config
[Backend]
ConnectRetry = 3

== backend
@1 connect: !close

== client
@ehlo
@mail
@send
< 250 2.0.0 queued as 1
@quit

== log
!/ no backend
