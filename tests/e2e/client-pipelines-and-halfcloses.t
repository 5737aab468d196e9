# A client that sends everything and shuts its sending side is served to the end:
# end of input is not loss while commands are in the buffer.

== gate
one-byte always

== client
@ehlo
@mail
> DATA
< 354 *
>> \r\nx\r\n.\r\nQUIT\r\n
!halfclose
< 250 2.0.0 queued as 1
< 221 2.0.0 *

== delivered

x
