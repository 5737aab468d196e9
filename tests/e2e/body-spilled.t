# A mail larger than SpoolMemory goes through a file; it arrives as it was.

== config
[Server]
SpoolMemory = 4K

== filter
actions NONE

== client
@ehlo
@mail
> DATA
< 354 *
>> A: b\r\n\r\n${OCTETS}.\r\n
< 250 2.0.0 queued as 1
@quit

== delivered
A: b

${MAIL}

== table
case   | OCTETS | MAIL
4096   | \{409*12345678\r\n}1234\r\n | \{409*12345678\r\n}1234
64k    | \{8192*123456\r\n} | \{8191*123456\r\n}123456
line   | \{60000*x}\r\n | \{60000*x}
