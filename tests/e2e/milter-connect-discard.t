# DISCARD makes no sense before a mail: a warning in the log, and go on.

== filter
${STAGE}:
    discard

== client
@ehlo
@mail
@send
< 250 2.0.0 queued as 1
@quit

== table
case    | STAGE
connect | CONNECT
helo    | HELO
