# Bodies around the size of one BODY packet (65535): borders fall between CR and
# LF, and no octet is lost or doubled there.

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

== filter saw
...
EOH
${SAW}
EOM
...

== table
case      | OCTETS | SAW
65534     | \{8190*xxxxxx\r\n}xxxxxxxxxxxx\r\n | BODY 65534 *
65535     | \{8190*xxxxxx\r\n}xxxxxxxxxxxxx\r\n | BODY 65535 *
65536     | \{8192*xxxxxx\r\n} | BODY 65535 * // BODY 1 \n
131070    | \{16383*xxxxxx\r\n}xxxx\r\n | BODY 65535 * // BODY 65535 *
131071    | \{16383*xxxxxx\r\n}xxxxx\r\n | BODY 65535 * // BODY 65535 * // BODY 1 \n
dots      | \{21845*..\r\n} | BODY 65535 *
crlf-only | \{32768*\r\n} | BODY 65535 * // BODY 1 \n
