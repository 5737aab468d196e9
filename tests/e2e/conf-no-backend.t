# Neither a server nor a program behind the gate: a configuration error.

== config raw
[Server]
Hostname = gate.example

== client
< 421 4.3.5 *
!gone

== exit
78
