# NUL, CR and LF inside a command would end it for one parser and not for the
# other: the classic way to smuggle a second command to the backend.

== client
@ehlo
>> ${OCTETS}
< <<50[01] 5.5.[24]>> *
!close

== backend saw
(connect)
EHLO c.example
...

== table
case   | OCTETS
nul    | MAIL FROM:<a@x>\0<evil@x>\r\n
nul-2  | MAIL FROM:<a\0@x>\r\n
cr     | MAIL FROM:<a@x>\rMAIL FROM:<evil@x>\r\n
cr-end | MAIL FROM:<a@x>\r\r\n
