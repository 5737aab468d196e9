# A field name that would not be one: a protocol error of the filter, and its F=
# decides; skipping it silently would lose a signature or a spam mark.

== filter
failure T
EOM:
    ${EDIT}
    accept

== client
@ehlo
@mail
@send
< 451 4.3.2 *
!close

== delivered none

== table
case       | EDIT
empty-name | addheader |v
blank-name | addheader X Y|v
colon      | addheader X:Y|v
control    | addheader X\nEvil|v
8-bit      | addheader X\xe9|v
no-nul     | packet h X
one-string | packet h X\0
short-ins  | packet i \0\0
empty-chg  | chgheader 1 |v
no-rcpt    | packet + b@y
