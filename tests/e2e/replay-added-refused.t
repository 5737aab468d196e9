# A recipient that the filter added is refused: the copy it wanted (archive,
# quarantine) must not be lost in silence.

== backend
RCPT <c@y>: 550 5.1.1 no such user

== filter
EOM: addrcpt c@y // accept

== client
@ehlo
@mail
@send
< 451 4.3.0 *
@quit

== delivered none
