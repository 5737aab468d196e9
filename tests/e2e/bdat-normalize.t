# With normalize the same become lines, and a dot line is stuffed wherever its
# line ends came from; a CR at the end of a chunk waits for the next octet.

== gate
one-byte always

== config
[Server]
BareNewline = normalize

== client
@ehlo
@mail
>> BDAT 14\r\nSubject: t\r\n\r\n${CHUNKS}
!replies ${N} 250
< 250 2.0.0 queued as 1
@quit

== delivered
Subject: t

${MAIL}

== table
case       | N | CHUNKS | MAIL
26-lf.lf   | 1 | BDAT 4 LAST\r\nx\n.\n | x // ..
26-lf.crlf | 1 | BDAT 5 LAST\r\nx\n.\r\n | x // ..
25-crlf    | 1 | BDAT 6 LAST\r\nx\r\n.\r\n | x // ..
26-cr.cr   | 1 | BDAT 4 LAST\r\nx\r.\r | x .\x20
nul        | 1 | BDAT 5 LAST\r\nx\n.\0\n | x // ..\x20
cr-cut     | 3 | BDAT 2\r\nx\rBDAT 1\r\n.BDAT 1 LAST\r\n\n | x .
crlf-cut   | 3 | BDAT 2\r\nx\rBDAT 1\r\n\nBDAT 1 LAST\r\n. | x // ..
lf-cut     | 2 | BDAT 2\r\nx\nBDAT 1 LAST\r\n. | x // ..
cr-at-end  | 2 | BDAT 2\r\nx\rBDAT 0 LAST\r\n | x\x20
