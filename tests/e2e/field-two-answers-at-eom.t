# rspamd/rspamd #1764: two replies at the end of message (y451, then r). The
# first is the verdict; the second must not be read as the answer to the next
# MAIL, or a sender is refused for the mail of another.

== filter
failure ${FAILURE}
EOM#1: reply 451 4.7.1 greylisted // reject // signal said

== client
@ehlo
@mail
@send
< 451 4.7.1 greylisted
!wait said
> MAIL FROM:<c@x>
< ${NEXT}
!close

== log
/ filter filter0 .*: at mail after [0-9]+ ms: answered without a question

== table
case | FAILURE | NEXT
none | none | 250 2.1.0 sender ok
T | T | 451 4.3.2 *
R | R | 550 5.7.1 *
