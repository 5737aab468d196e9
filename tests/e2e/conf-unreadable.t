# A file that the gate's user may not read is an error, not an empty file.

== gate
args -c /proc/1/mem

== config none

== client
< 421 4.3.5 *
!gone

== backend saw

== exit
78
