# milter-mta-side.md 13 item 6: a NUL inside a value ends the string, and what
# follows is not the filter's to give: Postfix calls left-over octets a protocol
# error. A value cut at the NUL would be a signature that never verifies.

== filter
failure T
EOM:
    packet ${EDIT}
    accept

== client
@ehlo
@mail
@send
< 451 4.3.<<[02]>> *
!close

== delivered none

== table
case | EDIT
addheader | h X\0a\0b\0
insheader | i \0\0\0\x01X\0a\0b\0
chgheader | m \0\0\0\x01Subject\0a\0b\0
addrcpt | + c@y\0d@y\0
delrcpt | - b@y\0c@y\0
