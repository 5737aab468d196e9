# A mail of very short lines, and one whose every line is empty.

== gate
one-byte no

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
case  | OCTETS | MAIL
x     | \{100000*x\r\n} | \{99999*x\r\n}x
empty | \{100000*\r\n} | \{99999*\r\n}
dots  | \{100000*..\r\n} | \{99999*..\r\n}..
