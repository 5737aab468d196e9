# A server that greets and then says "not now" to EHLO: nothing was promised yet,
# another may serve the client.  What all of them say is the answer.

== config
[Backend]
ConnectRetry = 0

== backend 0
weight 1000000
EHLO: ${SAYS}

== backend 1
weight 0
${OTHER}

== client
@greet
> EHLO c.example
${GETS}

== table
case      | SAYS                     | OTHER | GETS
421       | 421 4.3.2 busy           |       | !reply 250 // @mail // @send // < 250 2.0.0 queued as 1 // @quit
451       | 451 4.3.2 busy           |       | !reply 250 // @mail // @send // < 250 2.0.0 queued as 1 // @quit
dies      | !close                   |       | !reply 250 // @mail // @send // < 250 2.0.0 queued as 1 // @quit
5xx       | 550 5.7.1 you            |       | < 550 5.7.1 you // @quit
both      | 451 4.3.2 busy           | EHLO: 450 4.3.2 busy, too | < 450 4.3.2 busy, too // @quit
both-421  | 421 4.3.2 busy           | EHLO: 421 4.3.2 busy, too | < 421 4.3.2 busy, too // !gone
none-left | 421 4.3.2 busy           | listen refuse | < 421 4.3.2 * // !gone
