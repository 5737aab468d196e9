# The first server cannot be told who the client is, or refuses it for now: the
# second can.  A refusal for good is an answer, and no other server is asked.

== config
[Backend]
Identity = xclient
ConnectRetry = 0

== backend 0
weight 1000000
offer ${OFFER}
${SAYS}

== backend 1
weight 0
offer PIPELINING; XCLIENT ADDR PORT

== client
${GETS}

== runtime

== table
case    | OFFER | SAYS | GETS
missing | PIPELINING | | < 220 be.example ESMTP again // > EHLO c.example // !reply 250 // @mail // @send // < 250 2.0.0 queued as 1 // @quit
4xx     | XCLIENT ADDR PORT | XCLIENT: 450 4.7.1 not now | < 220 be.example ESMTP again // @quit
421     | XCLIENT ADDR PORT | XCLIENT: 421 4.7.1 not now | < 220 be.example ESMTP again // @quit
5xx     | XCLIENT ADDR PORT | XCLIENT: 550 5.7.1 never | < 5<<[05]>>0 5.7.1 never // > QUIT // !reply 221
ehlo4xx | XCLIENT ADDR PORT | EHLO: 451 4.3.0 not now | < 220 be.example ESMTP again // @quit
