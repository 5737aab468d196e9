# A NUL cuts the text for servers written in C.  It moves no line end, so the
# mail alone is refused and the session goes on.

== gate
one-byte always

== client
@ehlo
@mail
> DATA
< 354 *
>> Subject: t${OCTETS}end\r\n.\r\n
< 550 5.6.0 *
@mail
@send
< 250 2.0.0 queued as 1
@quit

== delivered 1
Subject: t

hello

== log
mail result=rejected by=gate code=550

== table
case             | OCTETS
alone            | \r\n\r\nline\0
header           | \0
15-crlf-nul.crlf | \r\n\r\nline\r\n\0.\r\n
16-crlf.nul-crlf | \r\n\r\nline\r\n.\0\r\n
line             | \r\n\r\nline\r\n\0\r\n
