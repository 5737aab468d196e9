# Go filters send a replacement of any size in one packet of LF lines.

== gate
one-byte no

== config
[Server]
SpoolMemory = 4K

== filter
EOM: replbody \{131072*1234567\n} // accept

== client
@ehlo
@mail
@send
< 250 2.0.0 queued as 1
@quit

== delivered
Subject: t

\{131071*1234567\r\n}1234567
