# ChainTimeout bounds all filters together: the client waits ten minutes at the
# dot and then sends again, so the sum must stay below.

== config
[MailFilter]
ChainTimeout = 1

== filter 0
EOM: hang

== filter 1

== client
@ehlo
@mail
@send
< 451 4.<<3.[0-2]|7.1>> *
!close

== delivered none
