# A mail that is under way when SessionTimeout is over is carried to its end, and
# the session ends behind it: a client that was cut off in its tenth minute of
# sending would begin anew, and be cut off again.

== config
[Server]
SessionTimeout = 1
DataTimeout = 1m

== filter
EOM: hang 
failure T
times C:5s;S:5s;R:2s;E:2s

== client
@ehlo
@mail
> DATA
< 354 *
>> Subject: t\r\n\r\nhello\r\n.\r\nMAIL FROM:<c@x>\r\n
< 451 4.3.2 *
< 421 4.4.2 *
!gone

== log
mail result=tempfailed by=filter:filter0
session end=timeout
!/ backend .*timed out
