# The filter is not there.  F= says what that means: nothing (the mail passes), T
# (temporary failure at MAIL), R (554 greeting), 4 (421 and the end).

== filter
listen refuse
failure ${FAILURE}

== client
< ${GREETING}
${LINES}

== table
case | FAILURE | GREETING | LINES
none | none | 220 be.example ESMTP | > EHLO c.example // !reply 250 // @mail // @send // < 250 2.0.0 queued as 1 // @quit
T    | T | 220 * | > EHLO c.example // !reply 250 // > MAIL FROM:<a@x> // < 451 4.3.2 * // > MAIL FROM:<a@x> // < 451 4.3.2 * // > QUIT // !reply 221
R    | R | 554 * | > EHLO c.example // !reply any // > MAIL FROM:<a@x> // < <<5(50|03|54) 5.\d.\d>> * // > QUIT // !reply 221
4    | 4 | 421 4.7.0 * | !gone
