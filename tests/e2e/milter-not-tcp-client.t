# A client without an address (pipes, a local program) is "U" for filters, and
# no address is made up: 127.0.0.1 would be trusted by most of them.

== gate
transport ${HOW}

== filter

== client
@ehlo
@quit

== filter saw
OPTNEG *
CONNECT <<\S+>> <<(U|L 0 .*)>>
HELO c.example
QUIT
(eof)

== filter macros
CONNECT j=gate.example !{client_addr}

== table
case | HOW
pipe | pipe
unix | unix
