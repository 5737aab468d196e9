# A greeting with 4xx, whatever the number, is the end of the session, which only
# 421 says (RFC 5321 3.8, 4.3.2): with 450 a client might wait for more.

== config
[Backend]
ConnectRetry = 0

== backend
connect: 450-4.3.2 no // 450 4.3.2 room // !close

== client
< 421-4.3.2 no
< 421 4.3.2 room
!gone

== log
/ no backend: ${B0}: greets with 450 4.3.2 no
session end=backend
