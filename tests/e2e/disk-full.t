# The spool's file system is full: 452 after the whole mail was read, nothing
# delivered, and the session goes on with mails that fit.

== gate
spool tmpfs 256k
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
@mail
@send
< 250 2.0.0 queued as 1
@quit

== delivered 1
Subject: t

hello

== log
mail result=tempfailed by=gate code=452
