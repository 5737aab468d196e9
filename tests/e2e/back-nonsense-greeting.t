# Something that is no SMTP server listens on the backend's port.

== config
[Backend]
ConnectRetry = 1

== backend
connect:
    !raw ${OCTETS}
    !close

== client
< 421 4.<<[34].\d>> *
!gone

== table
case   | OCTETS
http   | HTTP/1.1 400 Bad Request\r\n\r\n
text   | hello there\r\n
empty  | \r\n
code   | 99 be.example\r\n
binary | \x16\x03\x01\0\0\r\n
