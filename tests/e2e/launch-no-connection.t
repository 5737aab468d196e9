# Started by hand with its input closed: an error, not a crash and not a loop.

== gate
stdin closed

== client
!gone

== backend saw
...

== exit
<<\d+>>
