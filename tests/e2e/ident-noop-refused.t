# A server that refuses the line cannot be told: it is not used, and the log says
# why.

== config
[Backend]
Identity = noop

== backend
NOOP: 501 5.5.4 no parameters here

== client
< 421 4.3.5 *
!gone

== delivered none

== log
/ backend:? \S+: answered NOOP with 501
