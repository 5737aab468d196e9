# The same when a limit on the size of files stops the spool (systemd
# LimitFSIZE=, ulimit -f): the signal that comes with it must not kill the gate.

== gate
fsize 100
one-byte no

== config
[Server]
SpoolMemory = 4K

== client
@ehlo
@mail
> DATA
< 354 *
>> \r\n\{100000*12345678\r\n}.\r\n
< 452 4.3.1 *
@quit

== delivered none
