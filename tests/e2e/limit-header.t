# A header block larger than MaxHeaderSize is refused, not cut: filters and
# backend would see different mails.

== config
[Server]
MaxHeaderSize = 4K

== client
@ehlo
@mail
> DATA
< 354 *
>> \{${COUNT}*X-Filler: 0123456789012345678901234567890123456789\r\n}\r\nbody\r\n.\r\n
< ${REPLY}
@quit

== table
case | COUNT | REPLY
fits | 70 | 250 2.0.0 queued as 1
over | 100 | 552 5.3.4 *
