# The backend refuses in the replay what it had accepted: all or nothing.  Nothing
# is delivered, and the client is told to come again.

== backend
RCPT#3 <b@y>:
    ${REFUSAL}

== filter
EOM: delrcpt c@y // accept

== client
@ehlo
@mail
> RCPT TO:<c@y>
< 250 2.1.5 recipient ok
@send
< ${REPLY}
> NOOP
< 250 2.0.0 *
@quit

== delivered none

== table
case | REFUSAL | REPLY
550  | 550 5.1.1 gone | <<451 4.3.0|550 5.1.1>> *
450  | 450 4.2.1 busy | 451 4.3.0 *
