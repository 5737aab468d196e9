# The same while a filter thinks about the mail.

== filter
EOM: signal thinking // wait done // accept

== client
@ehlo
@mail
@send
!wait thinking
!kill TERM
< 421 4.3.2 *
!signal done
!gone

== delivered none
