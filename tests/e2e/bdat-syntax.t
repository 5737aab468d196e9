# A BDAT whose size cannot be read leaves the stream without a place where the
# next command begins: reading on would turn text into commands.  501, and the
# connection ends (RFC 3030 leaves nothing better).

== gate
one-byte always

== client
@ehlo
@mail
>> ${COMMAND}MAIL FROM:<evil@x>\r\nRCPT TO:<b@y>\r\nDATA\r\n
< 501 5.5.4 *
!gone

== backend saw
(connect)
EHLO c.example
MAIL FROM:<a@x>
RCPT TO:<b@y>
...

== delivered none

== log
session end=errors

== table
case      | COMMAND
none      | BDAT\r\n
last      | BDAT LAST\r\n
minus     | BDAT -5\r\n
plus      | BDAT +5\r\n
hex       | BDAT 0x10\r\n
text      | BDAT ten LAST\r\n
glued     | BDAT 10LAST\r\n
more      | BDAT 10 LAST x\r\n
other     | BDAT 10 FIRST\r\n
digits-21 | BDAT 000000000000000000010\r\n
tab       | BDAT\t10\r\n
nul       | BDAT 10\0\r\n
cr-cr     | BDAT 10\r\r\n
lf        | BDAT 10\n
long      | BDAT 10 \{2100*x}\r
