# Whatever is no header is answered with nothing: the client would be somebody
# who it is not, and what speaks there is not SMTP.

== config
[Server]
ProxyFrom = 127.0.0.1

== filter

== backend

== client
>> ${HEADER}
!halfclose
!gone

== backend saw

== filter saw

== log
/ upstream 127\.0\.0\.1: PROXY header ${WHY}
session client=127.0.0.1 end=upstream

== table
case    | HEADER | WHY
smtp    | EHLO c.example\r\n | expected, something else came
lf      | PROXY TCP4 192.0.2.7 192.0.2.1 4711 25\n | expected, something else came
family  | PROXY TCP4 2001:db8::7 2001:db8::1 4711 25\r\n | expected, something else came
blanks  | PROXY  TCP4 192.0.2.7 192.0.2.1 4711 25\r\n | expected, something else came
long    | PROXY UNKNOWN \{94*x}\r\n | expected, something else came
v2-udp  | \r\n\r\n\0\r\nQUIT\n\x21\x12\0\x0c\{12*\x01} | expected, something else came
v2-long | \r\n\r\n\0\r\nQUIT\n\x21\x11\x08\x01 | expected, something else came
v2-few  | \r\n\r\n\0\r\nQUIT\n\x21\x11\0\x0b\{11*\x01} | expected, something else came
v2-tlv  | \r\n\r\n\0\r\nQUIT\n\x21\x11\0\x10\xc0\0\x02\x07\xc0\0\x02\x01\x12\x67\0\x19\x04\0\x02z | expected, something else came
v2-crc  | \r\n\r\n\0\r\nQUIT\n\x21\x11\0\x13\xc0\0\x02\x07\xc0\0\x02\x01\x12\x67\0\x19\x03\0\x04\0\0\0\0 | expected, something else came
cut     | PROXY TCP4 192.0. | is cut off
cut-v2  | \r\n\r\n\0\r\nQUIT\n\x21\x11\0\x0c\x01 | is cut off
