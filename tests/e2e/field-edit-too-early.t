# phalaaxx/milter #5: a filter sent ADDHEADER in answer to EOH. An edit counts
# only at the end of message; the log names filter, stage and fault, or its
# author looks for it in the wrong place.

== filter
failure T
${STAGE}:
    ${EDIT}

== client
@ehlo
@mail
@send
< 451 4.3.2 *
!close

== delivered none

== log
/ filter filter0 .*: at ${AT} after [0-9]+ ms: .

== table
case | STAGE | EDIT | AT
eoh | EOH | addheader X-A|v // continue | eoh
header | HEADER | insheader 1 X-A|v // continue | header
body | BODY | chgheader 1 Subject|v // continue | body
