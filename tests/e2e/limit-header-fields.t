# Ten thousand fields is the limit, whatever their size: a header that takes
# filters and servers minutes to parse is an attack.

== gate
one-byte no

== client
@ehlo
@mail
> DATA
< 354 *
>> \{${COUNT}*A: b\r\n}\r\nbody\r\n.\r\n
< ${REPLY}
@quit

== table
case  | COUNT | REPLY
fits  | 10000 | 250 2.0.0 queued as 1
over  | 10001 | 552 5.3.4 *
