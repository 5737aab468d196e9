# A new body larger than memory, seen and replaced again by the filters behind.

== gate
one-byte no

== config
[Server]
SpoolMemory = 4K

== filter 0
EOM: replbody \{30000*1234567\r\n} // continue

== filter 1
EOM: addheader X-B|1 // continue

== filter 2
EOM: replbody .\r\n // replbody \{30000*abcdefg\r\n} // continue

== filter 3

== client
@ehlo
@mail
@send
< 250 2.0.0 queued as 1
@quit

== filter 1 body
\{29999*1234567\r\n}1234567

== filter 2 body
\{29999*1234567\r\n}1234567

== filter 3 body
.
\{29999*abcdefg\r\n}abcdefg

== delivered
Subject: t
X-B: 1

..
\{29999*abcdefg\r\n}abcdefg
