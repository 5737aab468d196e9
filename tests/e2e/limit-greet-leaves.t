# A client that leaves during GreetPause, and SIGTERM, end the wait: it must not
# hold a connection to the backend for nobody.

== config
[Server]
GreetPause = 1m

== backend
connect: 220 be.example ESMTP // !signal greeted

== client
!wait greeted
${LINES}

== log
session end=${END}

== table
case  | LINES                                | END
reset | !reset                               | lost
close | !close                               | lost
term  | !kill TERM // < 421 4.3.2 * // !gone | stop
