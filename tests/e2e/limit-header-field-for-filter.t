# A field that does not fit into a packet of the milter protocol: libmilter would
# drop the connection and the mail would pass unchecked, so it is refused.

== gate
one-byte no

== filter
actions NONE

== client
@ehlo
@mail
> DATA
< 354 *
>> X-Long: \{70*\{1000*x}\r\n }\r\n\r\nbody\r\n.\r\n
< 552 5.3.4 *
@quit

== delivered none
