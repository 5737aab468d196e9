# All servers are down: one line of the log has all of them and the reasons, or an
# admin looks for each of them in the lines of other sessions.

== config
[Backend]
ConnectRetry = 1

== backend 0
listen refuse

== backend 1
connect: !close

== backend 2
connect: !raw HTTP/1.1 400 Bad Request\r\n // !close

== client
< 421 4.3.2 gate.example Service not available
!gone

== log
/ no backend: ${B0}: connect: Connection refused; ${B1}: connection closed; ${B2}: sent something that is no reply
!/ no backend[^\n]*\n[^\n]*no backend
session end=backend
