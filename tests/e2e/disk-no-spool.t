# The spool directory does not exist: mails that fit into memory pass, others
# are put off.

== config
[Server]
SpoolDir = /nonexistent
SpoolMemory = 4K

== gate
one-byte no

== client
@ehlo
@mail
> DATA
< 354 *
>> \r\n\{1000*12345678\r\n}.\r\n
< <<452 4.3.1|451 4.3.0>> *
@quit

== delivered none
