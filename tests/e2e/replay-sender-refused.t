# The new sender is refused: the class of the refusal is passed.

== backend
MAIL <n@z>:
    ${REFUSAL}

== filter
EOM: chgfrom n@z // accept

== client
@ehlo
@mail
@send
< ${REPLY}
@quit

== delivered none

== table
case | REFUSAL | REPLY
550  | 550 5.1.8 not you | 550 5.1.8 not you
450  | 450 4.1.8 not now | <<45[01] 4.\d.\d>> *
