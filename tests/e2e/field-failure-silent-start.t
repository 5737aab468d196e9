# rspamd/rspamd #1869, #3125: a filter that takes the connection and never says
# a word. R bounds the negotiation as well; without it every client waits before
# the greeting until it gives up, and no mail comes in at all.

== filter 0
failure ${FAILURE}
times C:5s;S:5s;R:1s;E:10s
OPTNEG: hang

== filter 1

== client
< ${GREETING}
${LINES}

== table
case | FAILURE | GREETING | LINES
none | none | 220 be.example ESMTP | > EHLO c.example // !reply 250 // @mail // @send // < 250 2.0.0 queued as 1 // @quit
T | T | 220 * | > EHLO c.example // !reply 250 // > MAIL FROM:<a@x> // < 451 4.3.2 * // @quit
R | R | 554 * | > EHLO c.example // !reply 250 // > MAIL FROM:<a@x> // < 550 5.0.0 * // @quit
4 | 4 | 421 4.7.0 * | !gone
