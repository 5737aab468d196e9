# BareNewline = normalize takes such mail (printers and scripts write it) and
# turns LF to CRLF, CR and NUL to a blank.  The end of a mail is CRLF.CRLF also
# then, and a line that holds a dot alone is stuffed wherever it came from.

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
>> Subject: t\r\n\r\nline${OCTETS}rest\r\n.\r\n
< 250 2.0.0 queued as 1
@quit

== delivered
Subject: t

${MAIL}

== table
case                   | OCTETS | MAIL
3-lf.lf                | \n.\n | line // .. // rest
4-lf.crlf              | \n.\r\n | line // .. // rest
5-crlf.lf              | \r\n.\n | line // .. // rest
6-lflf.crlf            | \n\n.\r\n | line // \{0*} // .. // rest
7-cr.cr                | \r.\r | line . rest
8-cr.lf                | \r.\n | line . // rest
9-cr.crlf              | \r.\r\n | line . // rest
10-lf.cr               | \n.\r | line // \x20rest
11-crlf.cr             | \r\n.\r | line // \x20rest
12-crlf.crcrlf         | \r\n.\r\r\n | line // \x20 // rest
13-crcrlf.crcrlf       | \r\r\n.\r\r\n | line\x20 // \x20 // rest
14-crlf.crcrcrlf       | \r\n.\r\r\r\n | line // \x20\x20 // rest
15-crlf-nul.crlf       | \r\n\0.\r\n | line // \x20. // rest
16-crlf.nul-crlf       | \r\n.\0\r\n | line // \x20 // rest
17-crlf-nul.cr         | \r\n\0.\r | line // \x20. rest
17-crlf-nul.lf         | \r\n\0.\n | line // \x20. // rest
18-crlf.nul-lf         | \r\n.\0\n | line // \x20 // rest
18-crlf.nul-cr         | \r\n.\0\r | line // \x20\x20rest
24-lfcr.crlf           | \n\r.\r\n | line // \x20. // rest
24-crlflf.crlf         | \r\n\n.\r\n | line // \{0*} // .. // rest
lf-dots                | \n..\n | line // .. // rest
lf-dot-text            | \n.x\n | line // x // rest
lf-alone               | \n | line // rest
cr-alone               | \r | line rest
nul-alone              | \0 | line rest
