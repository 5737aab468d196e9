# With normalize, too, the end is where CRLF.CRLF is.

== gate
one-byte always

== config
[Server]
BareNewline = normalize

== client
@ehlo
@mail
> DATA
< 354 *
>> Subject: t\r\n\r\nline${OCTETS}
< 250 2.0.0 queued as 1
@quit

== delivered
Subject: t

${MAIL}

== table
case           | OCTETS | MAIL
13-crcrlf.crlf | \r\r\n.\r\n | line\x20
24-lfcrlf.crlf | \n\r\n.\r\n | line // \{0*}
bare-lfs       | \n\n\r\n.\r\n | line // \{0*} // \{0*}
