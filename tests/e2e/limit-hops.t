# A mail that has passed a hundred servers is in a loop (RFC 5321 section 6.3).

== gate
one-byte no

== client
@ehlo
@mail
> DATA
< 354 *
>> \{${COUNT}*Received: from a by b; today\r\n}Subject: t\r\n\r\nbody\r\n.\r\n
< ${REPLY}
@quit

== table
case  | COUNT | REPLY
fits  | 100 | 250 2.0.0 queued as 1
over  | 101 | 554 5.4.6 *
