# ACCEPT at CONNECT or HELO: this filter is out for the connection and gets QUIT.

== filter
${STAGE}:
    accept

== client
@ehlo
@mail
@send
< 250 2.0.0 queued as 1
@quit

== filter saw
OPTNEG *
CONNECT *
${SAW}
QUIT
(eof)

== table
case    | STAGE | SAW
connect | CONNECT | 
helo    | HELO | HELO c.example
