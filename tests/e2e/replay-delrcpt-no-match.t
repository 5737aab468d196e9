# A recipient that is not there is deleted in silence: nothing is replayed.

== filter
EOM:
    delrcpt ${ADDRESS}
    accept

== client
@ehlo
@mail
@send
< 250 2.0.0 queued as 1
@quit

== backend saw
(connect)
EHLO c.example
MAIL FROM:<a@x>
RCPT TO:<b@y>
DATA
(mail 1)
QUIT
(we closed)

== table
case  | ADDRESS
other | c@y
local | B2@y
empty | \{0*}
