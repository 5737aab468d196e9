# The file is not there.

== gate
args -c /nonexistent/gate.conf

== config none

== client
< 421 4.3.5 *
!gone

== backend saw

== exit
78
