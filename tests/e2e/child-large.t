# A large mail to a program that reads slowly: pipes fill, nothing locks.

== gate
child
one-byte no

== backend
offer PIPELINING

== client
@ehlo
@mail
> DATA
< 354 *
>> A: b\r\n\r\n\{131072*..3456\r\n}.\r\n
< 250 2.0.0 queued as 1
@quit

== delivered
A: b

\{131071*..3456\r\n}..3456
