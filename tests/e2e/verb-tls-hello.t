# A client that starts TLS without STARTTLS sends a ClientHello.  It is refused;
# nothing of it gets to the backend.

== client
@greet
>> \x16\x03\x01\x00\x05hello\r\n
< <<(221|554|500|501|421) [245]\.\d\.\d>> *
!close

== backend saw
(connect)
...
