# A size that nobody can send: no memory is set aside for it, and a client that
# does send is told to stop at four times MaxMessageSize.

== config
[Server]
MaxMessageSize = 1000

== gate
one-byte no

== client
@ehlo
@mail
> BDAT ${N}
>> \{100000*12345678\r\n}
< 421 4.3.0 *
!close

== delivered none

== table
case  | N
large | 1000000
19    | 9999999999999999999
20    | 99999999999999999999
