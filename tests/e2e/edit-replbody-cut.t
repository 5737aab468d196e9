# The filter dies in the middle of a replacement: half a body is never delivered,
# also not by a filter without F=.

== filter
failure ${FAILURE}
EOM: addheader X|v // replbody half // close

== client
@ehlo
@mail
@send
< 451 4.<<3.[02]|7.1>> *
!close

== delivered none

== table
case | FAILURE
T    | T
none | none
