# A client that goes within a chunk, or between two, has not sent a mail: nothing
# is delivered, whatever LAST has promised.

== client
@ehlo
@mail
>> ${OCTETS}
${READ}
!${HOW}

== backend saw
(connect)
...

== delivered none

== log
session end=lost

== table
case     | OCTETS | READ | HOW
chunk    | BDAT 100\r\nSubject: t\r\n |  | close
last     | BDAT 100 LAST\r\nSubject: t\r\n\r\nx\r\n |  | close
last-rst | BDAT 100 LAST\r\nSubject: t\r\n\r\nx\r\n |  | reset
last-fin | BDAT 100 LAST\r\nSubject: t\r\n\r\nx\r\n |  | halfclose
one-less | BDAT 20 LAST\r\nSubject: t\r\n\r\nhell |  | halfclose
between  | BDAT 14\r\nSubject: t\r\n\r\n | !reply 250 | close
fin      | BDAT 21 LAST\r\nSubject: t\r\n\r\nhello\r |  | halfclose
