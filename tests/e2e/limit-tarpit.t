# Tarpit holds back the reply to a recipient that is refused for good, and no
# other; a client that leaves meanwhile is noticed, or each of them would occupy
# a connection for as long.  The NOOP behind it is overtaken by the session's end.

== config
[Server]
Tarpit = 1m
SessionTimeout = 3

== backend
RCPT <no@y>: 550 5.1.1 no such user // !signal refused
RCPT <later@y>: 450 4.2.0 greylisted

== client
@ehlo
> MAIL FROM:<a@x>
< 250 2.1.0 sender ok
> RCPT TO:<later@y>
< 450 4.2.0 greylisted
> FOO
< 500 5.5.2 *
> RCPT TO:<no@y>
> NOOP
!wait refused
${LINES}

== log
refused stage=rcpt by=backend code=450
session end=${END}

== table
case    | LINES                                            | END
end     | < 550 5.1.1 no such user // < 421 4.4.2 * // !gone | timeout
reset   | !reset                                           | lost
