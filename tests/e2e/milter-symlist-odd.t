# Entries of the negotiation that make no sense are ignored; the filter stays.

== filter
failure T
OPTNEG:
    packet O \0\0\0\x06\0\0\x01\xff\0\0\0\0${REST}

== client
@ehlo
@mail
@send
< 250 2.0.0 queued as 1
@quit

== filter saw
...
EOM
QUIT
(eof)

== table
case         | REST
stage        | \0\0\0\x63j\0
unterminated | \0\0\0\0j
short        | \0\0
after        | \0\0\0\x63j\0\0\0\0\x02i\0
