# A megabyte of lines that all begin with a dot: stuffing and unstuffing over
# every border of reads, spool and packets.

== gate
one-byte no

== config
[Server]
SpoolMemory = 4K

== filter
actions NONE

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
