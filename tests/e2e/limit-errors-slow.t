# A client that goes on making errors is slowed down before it is cut off: the
# replies to errors beyond SoftErrors are held back.  Here for longer than the
# session lasts, so that the first of them is overtaken by the end.  Clients that
# are trusted do not wait, nor do those that make no errors.

== config
[Server]
SoftErrors = 3
ErrorDelay = 1m
SessionTimeout = 2
Trusted = ${TRUSTED}

== client
@ehlo
> FOO
< 500 5.5.2 *
> FOO
< 500 5.5.2 *
> FOO
> NOOP
${LINES}

== log
session errors=3 end=${END}

== table
case     | TRUSTED               | LINES | END
stranger | 192.0.2.0/24          | < 500 5.5.2 * // < 421 4.4.2 * // !gone | timeout
trusted  | 192.0.2.0/24, 127.0.0.0/8 | < 500 5.5.2 * // < 250 2.0.0 OK // @quit | quit
