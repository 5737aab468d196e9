# The program ends without a word.

== gate
child /bin/true

== client
< 421 4.<<3.[0-2]|4.2>> *
!gone
