# SHUTDOWN from the wire, as Postfix honours it: 421 and the end.

== filter
EOM: shutdown

== client
@ehlo
@mail
@send
< 421 4.7.0 *
!gone

== delivered none
