# Edits count only with the final accept: a filter that edits and then fails or
# refuses has changed nothing.

== filter 0
EOM:
    addheader X|v
    delrcpt b@y
    ${HOW}

== filter 1

== client
@ehlo
@mail
@send
< ${REPLY}
!close

== table
case     | HOW | REPLY
reject   | reject | 554 5.7.1 *
tempfail | tempfail | 451 4.3.2 *
