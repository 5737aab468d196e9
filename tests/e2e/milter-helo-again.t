# Every HELO is told: filters key on the last one.

== filter

== client
@ehlo
> EHLO d.example
!reply 250
> HELO e.example
< 250 be.example
@mail
@quit

== filter saw
OPTNEG *
CONNECT *
HELO c.example
HELO d.example
HELO e.example
MAIL *
RCPT *
ABORT
QUIT
(eof)
