# MaxReplySize bounds what a filter may send: beyond it is a protocol error.

== gate
one-byte no

== config
[MailFilter]
MaxReplySize = 1M

== filter
failure T
EOM: replbody \{262144*1234567\n} // accept

== client
@ehlo
@mail
@send
< 451 4.3.2 *
!close

== delivered none
