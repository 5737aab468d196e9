# The same with a broken configuration, whose errors are many lines.

== gate
stderr client

== config raw
[Nonsense]
a = b
[Server]
c = d

== client
< 421 4.3.5 *
!gone

== exit
78
