# Every HELO is told, also a refused name is not: filters key on the last one.

== backend
EHLO bad: 501 5.5.2 no

== filter

== client
@ehlo
> EHLO bad
< 501 5.5.2 no
> HELO d.example
< 250 be.example
@mail
@quit

== filter saw
OPTNEG *
CONNECT *
HELO c.example
...
HELO d.example
MAIL *
RCPT *
ABORT
QUIT
(eof)
