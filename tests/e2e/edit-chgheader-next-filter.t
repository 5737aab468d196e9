# What one filter deleted does not count for the next.

== filter 0
EOM: chgheader 1 A| // accept

== filter 1
EOM: chgheader 1 A|n // accept

== client
@ehlo
@mail
> DATA
< 354 *
>> A: 1\r\nB: x\r\nA: 2\r\n\r\nbody\r\n.\r\n
< 250 2.0.0 queued as 1
@quit

== delivered
B: x
A: n

body
