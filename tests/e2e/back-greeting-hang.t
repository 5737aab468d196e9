# A backend that accepts and says nothing: after the limit the client is told.

== config
[Backend]
ConnectRetry = 1
SocketTimeout = 1
ConnectTimeout = 1

== backend
connect: !hang

== client
< 421 4.<<[34].\d>> *
!gone
