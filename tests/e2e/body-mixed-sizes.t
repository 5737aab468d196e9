# A small mail behind a large one: nothing of the spool is left over.

== config
[Server]
SpoolMemory = 4K

== client
@ehlo
@mail
> DATA
< 354 *
>> A: b\r\n\r\n\{3000*1234567890\r\n}.\r\n
< 250 2.0.0 queued as 1
@mail
@send
< 250 2.0.0 queued as 2
@mail
> DATA
< 354 *
>> \{2000*0987654321\r\n}.\r\n
< 250 2.0.0 queued as 3
@quit

== delivered 2
Subject: t

hello

== delivered 1
A: b

\{2999*1234567890\r\n}1234567890
