# With reject, chunks must be lines with CRLF like any mail: converted to DATA, a
# bare LF or CR would be a line end for some servers (SMTP smuggling).

== gate
one-byte always

== client
@ehlo
@mail
>> BDAT ${N}\r\nSubject: t\r\n\r\n${OCTETS}
< ${REPLY}
!gone

== delivered none

== table
case       | N | OCTETS | REPLY
26-lf.lf   | 18 LAST | x\n.\n | 550 5.5.2 *
26-lf.crlf | 19 LAST | x\n.\r\n | 550 5.5.2 *
26-cr      | 18 LAST | x\r.\r | 550 5.5.2 *
cr-at-end  | 16 LAST | x\r | 550 5.5.2 *
crcrlf     | 18 LAST | x\r\r\n | 550 5.5.2 *
chunk      | 16 | x\n | 550 5.5.2 *
