# A client that starts TLS without STARTTLS sends a ClientHello, and waits.  It is
# refused at its first octet, since there may be no line end in it; nothing of it
# gets to the backend.

== client
@greet
>> \x16${REST}
< 554 5.5.0 *
!gone

== backend saw
(connect)
...

== table
case  | REST
whole | \x03\x01\x00\x05hello\r\nMAIL FROM:<a@x>\r\n
begun | \x03\x01\x02\x00
octet |
