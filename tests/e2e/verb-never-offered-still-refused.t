# The backend offers what the gate strips, and a client that uses it anyway must
# not get through: XCLIENT would let anyone claim any address, since the backend
# believes the gate.

== backend
offer PIPELINING; XCLIENT NAME ADDR PORT; XFORWARD NAME ADDR; CHUNKING; STARTTLS; ETRN; BURL; XEXCH50

== client
@ehlo
> XCLIENT ADDR=192.0.2.9 NAME=trusted.example
< <<50[02] 5.5.[12]|550 5.7.0>> *
> XFORWARD ADDR=192.0.2.9
< <<50[02] 5.5.[12]|550 5.7.0>> *
> STARTTLS
< <<50[02] 5.5.[12]|454 4.7.0>> *
> ETRN x.example
< <<50[02] 5.5.[12]>> *
@quit

== backend saw
(connect)
EHLO c.example
QUIT
(we closed)
