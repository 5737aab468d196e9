# Edits that are cut off or hold nothing: a protocol error, F= decides. The log says
# which it was: who wrote the filter has nothing else to go by.

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

== log
/ (?m): at eom after \d+ ms: malformed [a-z ]+: ${SAYS}

== table
case            | EDIT | SAYS
quarantine-bare | packet q why | q
addrcpt-empty   | packet + \{0*} | \+
delrcpt-bare    | packet - b@y | \-
chgfrom-bare    | packet e n@z | e
chgheader-short | packet m \0\0\0\x01Subject\0 | m
insheader-bare  | packet i \0\0\0\x01X\0v | i
addheader-none  | packet h \{0*} | h
