# XCLIENT is not for everybody: neither for those who are not listed, nor for a
# client that was named by one who is, since the upstream may pass on whatever
# its client says.

== config
[Server]
XclientFrom = ${LISTED}

== client
@ehlo
${FIRST}
> XCLIENT ADDR=127.0.0.1
< 502 5.5.1 *
> EHLO c.example
!ehlo be.example greets you; PIPELINING; SIZE *; CHUNKING; 8BITMIME; ENHANCEDSTATUSCODES; LIMITS *
@quit

== log
session client=${CLIENT}

== table
case    | LISTED | FIRST | CLIENT
nobody  | none | > NOOP // < 250 * | 127.0.0.1
others  | 192.0.2.0/24 | > NOOP // < 250 * | 127.0.0.1
named   | 127.0.0.1 | > XCLIENT ADDR=192.0.2.7 // < 220 * | 192.0.2.7
unknown | 127.0.0.1 | > XCLIENT ADDR=[UNAVAILABLE] // < 220 * | -
