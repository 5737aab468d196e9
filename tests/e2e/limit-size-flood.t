# A mail that goes on far beyond the limit: the gate may give up with 421, but
# stores nothing more and delivers nothing.

== config
[Server]
MaxMessageSize = 1000

== gate
one-byte no

== client
@ehlo
@mail
> DATA
< 354 *
>> \{100000*12345678\r\n}.\r\n
< <<552 5.3.4|421 4.\d.\d>> *
!close

== delivered none
