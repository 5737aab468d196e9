# A client that begins a command and does not end it (slowloris) occupies a
# connection: it has CommandTimeout for it, however long it may be silent
# between commands.

== config
[Server]
CommandTimeout = 1
SocketTimeout = 5m

== client
${LINES}
< 421 4.4.2 *
!gone

== log
session end=timeout

== table
case   | LINES
first  | @greet // >> E
rcpt   | @ehlo // @mail // >> RCPT TO:<
piped  | @ehlo // >> NOOP\r\nNOO // < 250 2.0.0 OK
long   | @ehlo // >> \{100000*x}
