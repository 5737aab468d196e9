# SessionTimeout bounds the whole session, also one that is never idle.

== config
[Server]
SessionTimeout = 1

== client
@ehlo
< 421 4.4.2 *
!gone

== log
session end=timeout
