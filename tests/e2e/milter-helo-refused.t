# A HELO name that the backend refused is not the client's name, for filters
# neither.

== backend
EHLO bad: 501 5.5.2 what a name

== filter

== client
@ehlo
> EHLO bad
< 501 5.5.2 what a name
@mail
@send
< 250 2.0.0 queued as 1
@quit

== filter saw
OPTNEG *
CONNECT *
HELO c.example
MAIL *
...
EOM
QUIT
(eof)
