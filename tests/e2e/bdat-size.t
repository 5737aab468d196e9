# The limit holds for the sum of the chunks, each of which may be small; a mail
# of exactly that size passes.

== config
[Server]
MaxMessageSize = 1000

== client
@ehlo
@mail
>> \{9*BDAT 100\r\n\{98*x}\r\n}BDAT ${N} LAST\r\n${OCTETS}
!replies 9 250
< ${REPLY}
> NOOP
< 250 2.0.0 *
@quit

== table
case     | N | OCTETS | REPLY
exact    | 100 | \{98*x}\r\n | 250 2.0.0 queued as 1
one-more | 101 | \{99*x}\r\n | 552 5.3.4 *
crlf     | 99 | \{99*x} | 552 5.3.4 *
