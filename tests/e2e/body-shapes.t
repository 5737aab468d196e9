# Header and body in every shape arrive at the backend octet by octet: signatures
# of DKIM break when one blank changes.

== gate
one-byte always

== filter
actions NONE
protocol HDR_LEADSPC

== client
@ehlo
@mail
> DATA
< 354 *
>> ${OCTETS}.\r\n
< 250 2.0.0 queued as 1
@quit

== delivered
${MAIL}

== filter saw
...
DATA
${SAW}
EOM
QUIT
(eof)

== table
case           | OCTETS | MAIL | SAW
usual          | A: b\r\n\r\nc\r\n | A: b // \{0*} // c | HEADER A| b // EOH // BODY 3 c\r\n
no-header      | \r\nc\r\n | \{0*} // c | EOH // BODY 3 c\r\n
no-body        | A: b\r\n\r\n | A: b // \{0*} | HEADER A| b // EOH
no-separator   | A: b\r\n | A: b // \{0*} | HEADER A| b // EOH
folded         | A: b\r\n\tc\r\n d\r\n\r\ne\r\n | A: b // \tc // \x20d // \{0*} // e | HEADER A| b\n\tc\n d // EOH // BODY 3 e\r\n
fold-first     | A:\r\n b\r\n\r\n | A: // \x20b // \{0*} | HEADER A|\n b // EOH
blanks         | A:  b \t\r\nB:c\r\nC:\r\nD:\te\r\n\r\n | A:  b \t // B:c // C: // D:\te // \{0*} | HEADER A|  b \t // HEADER B|c // HEADER C| // HEADER D|\te // EOH
blank-colon    | A : b\r\n\r\n | A : b // \{0*} | HEADER A| b // EOH
repeated       | A: 1\r\nB: x\r\na: 2\r\nA: 3\r\n\r\n | A: 1 // B: x // a: 2 // A: 3 // \{0*} | HEADER A| 1 // HEADER B| x // HEADER a| 2 // HEADER A| 3 // EOH
8-bit          | A: \xe9\r\n\r\n\xff\r\n | A: \xe9 // \{0*} // \xff | HEADER A| \xe9 // EOH // BODY 3 \xff\r\n
only-newlines  | A: b\r\n\r\n\r\n\r\n | A: b // \{0*} // \{0*} // \{0*} | HEADER A| b // EOH // BODY 4 \r\n\r\n
dots           | A: b\r\n\r\n..\r\n...\r\n..a\r\n | A: b // \{0*} // .. // ... // ..a | HEADER A| b // EOH // BODY 11 .\r\n..\r\n.a\r\n
dot-header     | ..A: b\r\n\r\n | ..A: b // \{0*} | HEADER .A| b // EOH
