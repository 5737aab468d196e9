# The offence comes before the true end of the mail: the end is still seen there
# and nowhere else, so the client gets one answer at the right place.

== gate
one-byte always

== client
@ehlo
@mail
> DATA
< 354 *
>> Subject: t\r\n\r\nline${OCTETS}
< <<550 5.(5.2|6.0)>> *
!gone

== delivered none

== table
case               | OCTETS
13-crcrlf.crlf     | \r\r\n.\r\n
24-lfcrlf.crlf     | \n\r\n.\r\n
cr-before-crlf     | \r\r\n.\r\n
lf-in-header-style | \nX: y\r\n.\r\n
