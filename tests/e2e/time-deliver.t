# From the client's final dot to that for the backend there is DeliverTimeout for
# all of it, however long each reply and each filter may take: a client that has
# given up by then sends the mail again, and has it delivered twice.

== config
[Backend]
DeliverTimeout = 1
SocketTimeout = 5m
[MailFilter]
ChainTimeout = 4m

== backend
${VERB}: ${THERE}

== filter
failure T
times C:5s;S:5s;R:5m;E:5m
EOM:
    ${EDIT}
    ${HERE}

== client
@ehlo
@mail
@send
< 451 4.${CODE} *
@quit

== delivered none

== log
mail result=tempfailed code=451
session end=quit

== table
case   | VERB | THERE               | EDIT          | HERE   | CODE
data   | DATA | !hang               | progress      | accept | 4.2
replay | RSET | !hang               | chgfrom <c@z> | accept | 4.2
filter | MAIL | 250 2.1.0 sender ok | progress      | hang   | 3.2
