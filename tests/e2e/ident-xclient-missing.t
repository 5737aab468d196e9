# Identity = xclient and the backend does not offer it: fail closed.

== config
[Backend]
Identity = xclient

== client
< 421 4.3.5 *
!gone

== backend saw
(connect)
EHLO gate.example
...
