# Failures before the greeting.

== filter
failure ${FAILURE}
${STAGE}:
    ${HOW}

== client
< ${GREETING}
${LINES}

== table
case          | FAILURE | STAGE | HOW | GREETING | LINES
T-optneg      | T | OPTNEG | close | 220 * | > EHLO c.example // !reply 250 // > MAIL FROM:<a@x> // < 451 4.3.2 * // > QUIT // !reply 221
T-connect     | T | CONNECT | close | 220 * | > EHLO c.example // !reply 250 // > MAIL FROM:<a@x> // < 451 4.3.2 * // > QUIT // !reply 221
R-optneg      | R | OPTNEG | close | 554 * | > QUIT // !reply 221
R-connect     | R | CONNECT | close | 554 * | > QUIT // !reply 221
4-optneg      | 4 | OPTNEG | close | 421 4.7.0 * | !gone
4-connect     | 4 | CONNECT | close | 421 4.7.0 * | !gone
n-optneg      | none | OPTNEG | close | 220 be.example ESMTP | @quit
T-not-o       | T | OPTNEG | continue | 220 * | > EHLO c.example // !reply 250 // > MAIL FROM:<a@x> // < 451 4.3.2 * // > QUIT // !reply 221
T-short       | T | OPTNEG | packet O \0\0\0\x06 | 220 * | > EHLO c.example // !reply 250 // > MAIL FROM:<a@x> // < 451 4.3.2 * // > QUIT // !reply 221
T-version-1   | T | OPTNEG | packet O \0\0\0\x01\0\0\0\0\0\0\0\0 | 220 * | > EHLO c.example // !reply 250 // > MAIL FROM:<a@x> // < 451 4.3.2 * // > QUIT // !reply 221
T-version-0   | T | OPTNEG | packet O \0\0\0\0\0\0\0\0\0\0\0\0 | 220 * | > EHLO c.example // !reply 250 // > MAIL FROM:<a@x> // < 451 4.3.2 * // > QUIT // !reply 221
T-version-7   | T | OPTNEG | packet O \0\0\0\x07\0\0\0\0\0\0\0\0 | 220 * | > EHLO c.example // !reply 250 // > MAIL FROM:<a@x> // < 451 4.3.2 * // > QUIT // !reply 221
T-actions     | T | OPTNEG | packet O \0\0\0\x06\0\0\x02\0\0\0\0\0 | 220 * | > EHLO c.example // !reply 250 // > MAIL FROM:<a@x> // < 451 4.3.2 * // > QUIT // !reply 221
T-bits-masked | T | OPTNEG | packet O \0\0\0\x06\0\0\0\0\x7f\0\0\0 | 220 be.example ESMTP | > EHLO c.example // !reply 250 // @mail // @send // < 250 2.0.0 queued as 1 // @quit
