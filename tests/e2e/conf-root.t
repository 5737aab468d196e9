# As root the gate does not serve: the launcher must set the user.

== gate
uid 0
needs root

== client
< 421 4.3.5 *
!gone

== backend saw

== log
/ (root|uid 0)

== exit
<<78|77|64>>
