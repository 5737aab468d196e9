# The named client is judged as one that has just come; that the upstream was
# accepted, or refused, does not count.

== config
[Server]
XclientFrom = 127.0.0.1

== filter
CONNECT#1: ${FIRST}
CONNECT#2: ${SECOND}

== client
< ${GREETED}
> XCLIENT ADDR=192.0.2.7
< ${ANEW}
> MAIL FROM:<a@x>
< ${MAIL}
@quit

== table
case    | FIRST | SECOND | GREETED | ANEW | MAIL
refused | accept | reject | 220 * | 554 5.7.1 * | 550 5.0.0 *
later   | accept | tempfail | 220 * | 220 gate.example ESMTP | 451 4.3.2 *
spared  | reject | continue | 554 5.7.1 * | 220 be.example ESMTP | 250 2.1.0 *
