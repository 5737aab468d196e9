# No backend: 421 and the end, never 554, or mails bounce for an outage.

== config
[Backend]
ConnectRetry = 1

== backend 0
listen refuse

== backend 1
listen refuse

== client
< 421 4.3.2 *
!gone

== log
session end=backend
