# ServerCount may be left out, sections may come twice.

== config raw
[Server]
Hostname = gate.example
[Backend]
Server0 = ${B0}
[MailFilter]
[Backend]
Identity = none

== client
@ehlo
@quit
