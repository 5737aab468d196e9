# RFC 2920 lets the next mail and QUIT follow the final dot in one segment; the
# commands are not text, and not lost.

== gate
one-byte always

== client
@ehlo
@mail
> DATA
< 354 *
>> Subject: t\r\n\r\nhello\r\n.\r\nMAIL FROM:<c@x>\r\nRCPT TO:<d@y>\r\nDATA\r\n
< 250 2.0.0 queued as 1
< 250 2.1.0 sender ok
< 250 2.1.5 recipient ok
< 354 *
>> \r\ntwo\r\n.\r\nQUIT\r\n
< 250 2.0.0 queued as 2
< 221 2.0.0 *

== delivered 1
Subject: t

hello

== delivered 2

two
