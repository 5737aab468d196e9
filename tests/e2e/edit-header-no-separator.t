# A mail that is all header and lacks the empty line: an added field still ends up
# in the header.

== filter
EOM: addheader X|v // accept

== client
@ehlo
@mail
> DATA
< 354 *
>> A: 1\r\n.\r\n
< 250 2.0.0 queued as 1
@quit

== filter saw
...
HEADER A|1
EOH
EOM
...
