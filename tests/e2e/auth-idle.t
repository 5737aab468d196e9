# A client that never answers a challenge must not keep the session for ever.

== config
[Server]
PlainAuth = always
SocketTimeout = 1

== backend
offer AUTH LOGIN
AUTH: 334 VXNlcm5hbWU6

== client
@ehlo
> AUTH LOGIN
< 334 VXNlcm5hbWU6
< 421 4.4.2 *
!eof

== log
session end=timeout
