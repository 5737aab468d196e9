# A client that a filter has refused is told so at each command; the octets of a
# chunk are no commands there, either.

== filter
HELO: reject

== client
< 220 be.example ESMTP
> EHLO c.example
!reply 250
>> BDAT 6\r\nQUIT\r\n
< 550 5.<<.*>>
> QUIT
!reply 221

== delivered none
