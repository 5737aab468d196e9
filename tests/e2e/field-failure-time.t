# milter-mta-side.md 13 item 4: the end of message that does not come, for each
# F=: silence (R), PROGRESS for ever (E), a packet of two gigabytes. A client
# waits ten minutes at the dot and then sends the mail again; a gate that waits
# longer delivers twice.

== filter
failure ${FAILURE}
times ${TIMES}
EOM:
    ${HOW}

== client
@ehlo
@mail
@send
< ${REPLY}
!close

== table
case | FAILURE | TIMES | HOW | REPLY
T-progress | T | C:5s;S:5s;R:5s;E:1s | delay 40 progress // continue | 451 4.3.2 *
T-silent | T | C:5s;S:5s;R:1s;E:20s | hang | 451 4.3.2 *
T-long | T | C:5s;S:5s;R:5s;E:20s | raw \x7f\xff\xff\xffc | 451 4.3.2 *
R-progress | R | C:5s;S:5s;R:5s;E:1s | delay 40 progress // continue | 554 5.7.1 *
R-silent | R | C:5s;S:5s;R:1s;E:20s | hang | 554 5.7.1 *
R-long | R | C:5s;S:5s;R:5s;E:20s | raw \x7f\xff\xff\xffc | 554 5.7.1 *
4-progress | 4 | C:5s;S:5s;R:5s;E:1s | delay 40 progress // continue | 421 4.7.0 *
4-silent | 4 | C:5s;S:5s;R:1s;E:20s | hang | 421 4.7.0 *
4-long | 4 | C:5s;S:5s;R:5s;E:20s | raw \x7f\xff\xff\xffc | 421 4.7.0 *
none-progress | none | C:5s;S:5s;R:5s;E:1s | delay 40 progress // continue | 250 2.0.0 queued as 1
none-silent | none | C:5s;S:5s;R:1s;E:20s | hang | 250 2.0.0 queued as 1
none-long | none | C:5s;S:5s;R:5s;E:20s | raw \x7f\xff\xff\xffc | 250 2.0.0 queued as 1
