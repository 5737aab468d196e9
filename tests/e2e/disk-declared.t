# A mail that is declared larger than the room in SpoolDir is refused at MAIL:
# the client need not send it in vain, and the disk is left to those whose mail
# fits.

== gate
spool tmpfs 256k

== config
[Server]
SpoolMemory = 4K

== client
@ehlo
> MAIL FROM:<a@x> SIZE=200000
< 452 4.3.1 *
> MAIL FROM:<a@x> SIZE=100000
< 250 2.1.0 sender ok
@quit

== backend saw
(connect)
EHLO c.example
MAIL FROM:<a@x> SIZE=100000
...

== log
/ spool .* no room for a mail of 200000 octets
