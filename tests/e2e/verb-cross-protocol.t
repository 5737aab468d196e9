# A browser made to post to port 25 (ALPACA) sends SMTP commands in its body.
# The connection must end before they are read.

== client
@greet
>> ${OCTETS}
< <<(221|554|500|421) [245]\.\d\.\d>> *
!gone

== backend saw
(connect)
...

== delivered none

== table
case    | OCTETS
get     | GET / HTTP/1.1\r\nHost: x\r\n\r\nEHLO c.example\r\nMAIL FROM:<a@x>\r\n
post    | POST / HTTP/1.1\r\nHost: x\r\n\r\nEHLO c.example\r\nMAIL FROM:<a@x>\r\n
delete  | DELETE / HTTP/1.1\r\nHost: x\r\n\r\nEHLO c.example\r\nMAIL FROM:<a@x>\r\n
http2   | PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0
connect | CONNECT x:25 HTTP/1.1\r\n\r\nEHLO c.example\r\nMAIL FROM:<a@x>\r\n
