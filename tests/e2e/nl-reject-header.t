# The same in the header block, where a bare LF would make a new field for one
# side only.

== client
@ehlo
@mail
> DATA
< 354 *
>> Subject: t${OCTETS}X: y\r\n\r\nbody\r\n.\r\n
< <<550 5.(5.2|6.0)>> *
!gone

== delivered none

== table
case | OCTETS
lf   | \n
cr   | \r
crcr | \r\r\n
