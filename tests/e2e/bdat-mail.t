# A mail in chunks arrives as the same octets behind DATA, whatever the backend
# offers and wherever the chunks are cut: between CR and LF, before a dot, in
# chunks of one octet.  A dot in a chunk is an octet like others: a gate that
# took it for an end, or forgot to double it, would lose or split the mail.

== gate
one-byte always

== backend
offer ${OFFERED}

== client
@ehlo
@mail
>> ${OCTETS}
!replies ${N} 250
< 250 2.0.0 queued as 1
@quit

== backend saw
(connect)
EHLO c.example
MAIL FROM:<a@x>
RCPT TO:<b@y>
DATA
(mail 1)
QUIT
(we closed)

== delivered
Subject: t

${MAIL}

== table
case      | OFFERED | N | OCTETS | MAIL
whole     | PIPELINING | 0 | BDAT 21 LAST\r\nSubject: t\r\n\r\nhello\r\n | hello
chunking  | PIPELINING; CHUNKING; BINARYMIME | 0 | BDAT 21 LAST\r\nSubject: t\r\n\r\nhello\r\n | hello
no-piping | 8BITMIME | 0 | BDAT 21 LAST\r\nSubject: t\r\n\r\nhello\r\n | hello
lower     | PIPELINING | 0 | bdat 21 last\r\nSubject: t\r\n\r\nhello\r\n | hello
blanks    | PIPELINING | 0 | BDAT  21  LAST \r\nSubject: t\r\n\r\nhello\r\n | hello
zeros     | PIPELINING | 0 | BDAT 00000000000000000021 LAST\r\nSubject: t\r\n\r\nhello\r\n | hello
two       | PIPELINING | 1 | BDAT 14\r\nSubject: t\r\n\r\nBDAT 7 LAST\r\nhello\r\n | hello
marker    | PIPELINING | 1 | BDAT 21\r\nSubject: t\r\n\r\nhello\r\nBDAT 0 LAST\r\n | hello
cr-lf     | PIPELINING | 2 | BDAT 11\r\nSubject: t\rBDAT 2\r\n\n\rBDAT 8 LAST\r\n\nhello\r\n | hello
single    | PIPELINING | 14 | BDAT 1\r\nSBDAT 1\r\nuBDAT 1\r\nbBDAT 1\r\njBDAT 1\r\neBDAT 1\r\ncBDAT 1\r\ntBDAT 1\r\n:BDAT 1\r\n BDAT 1\r\ntBDAT 1\r\n\rBDAT 1\r\n\nBDAT 1\r\n\rBDAT 1\r\n\nBDAT 7 LAST\r\nhello\r\n | hello
dot-line  | PIPELINING | 0 | BDAT 20 LAST\r\nSubject: t\r\n\r\nx\r\n.\r\n | x // ..
dots      | PIPELINING | 0 | BDAT 26 LAST\r\nSubject: t\r\n\r\n..\r\n.x\r\n..\r\n | \{3*.} // ..x // \{3*.}
dot-cut   | PIPELINING | 3 | BDAT 16\r\nSubject: t\r\n\r\n\r\nBDAT 1\r\n.BDAT 1\r\n\rBDAT 2 LAST\r\n\nx | \{0*} // .. // x
no-end    | PIPELINING | 0 | BDAT 19 LAST\r\nSubject: t\r\n\r\nhello | hello
end-dot   | PIPELINING | 0 | BDAT 18 LAST\r\nSubject: t\r\n\r\nx\r\n. | x // ..
8-bit     | PIPELINING | 0 | BDAT 18 LAST\r\nSubject: t\r\n\r\n\xff\x80\r\n | \xff\x80
