# Edits that are cut off or hold nothing: a protocol error, F= decides.

== filter
failure T
EOM:
    ${EDIT}
    accept

== client
@ehlo
@mail
@send
< 451 4.3.<<[02]>> *
!close

== delivered none

== table
case            | EDIT
quarantine-bare | packet q why
addrcpt-empty   | packet + \{0*}
delrcpt-bare    | packet - b@y
chgfrom-bare    | packet e n@z
chgheader-short | packet m \0\0\0\x01Subject\0
insheader-bare  | packet i \0\0\0\x01X\0v
addheader-none  | packet h \{0*}
