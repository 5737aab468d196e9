# All NR_* and a large mail: the gate outruns the filter and must wait for room,
# not fail.

== filter
protocol NR_ALL
EOM: addheader X-Seen|yes // accept

== gate
one-byte no

== client
@ehlo
@mail
> DATA
< 354 *
>> \{200*X-Field: value\r\n}\r\n\{100000*12345678\r\n}.\r\n
< 250 2.0.0 queued as 1
@quit

== filter saw
OPTNEG *
...
EOM
QUIT
(eof)
