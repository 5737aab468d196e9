# MaxReplySize also bounds all edits of one mail together.

== gate
one-byte no

== config
[MailFilter]
MaxReplySize = 1M

== filter
failure T
EOM:
    raw \{1100*\0\0\x03\xefhX-A\0\{1000*b}\0}
    accept

== client
@ehlo
@mail
@send
< 451 4.3.<<[02]>> *
!close

== delivered none
