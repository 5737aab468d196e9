# milter-mta-side.md 2.3: a filter that fails before the first mail. F=R and F=T
# say no to the client for the whole session, and then no other filter is asked
# either: one that was left half way would wait for a connection that nobody
# uses. Without F= the next filter is the only one left that can stop the mail,
# so it must be asked. (One that has not negotiated yet may get no QUIT any more:
# its answer can cross our closing.)

== filter 0
failure ${FAILURE}
${STAGE}:
    close

== filter 1

== client
< ${GREETING}
${LINES}

== filter 1 saw
OPTNEG *
${SAW}
${END}

== table
case | FAILURE | STAGE | GREETING | LINES | SAW | END
n-optneg | none | OPTNEG | 220 be.example ESMTP | > EHLO c.example // !reply 250 // @mail // @send // < 250 2.0.0 queued as 1 // @quit | CONNECT * // HELO * // MAIL * // RCPT * // DATA // HEADER * // EOH // BODY * // EOM | QUIT // (eof)
n-connect | none | CONNECT | 220 be.example ESMTP | > EHLO c.example // !reply 250 // @mail // @send // < 250 2.0.0 queued as 1 // @quit | CONNECT * // HELO * // MAIL * // RCPT * // DATA // HEADER * // EOH // BODY * // EOM | QUIT // (eof)
n-helo | none | HELO | 220 be.example ESMTP | > EHLO c.example // !reply 250 // @mail // @send // < 250 2.0.0 queued as 1 // @quit | CONNECT * // HELO * // MAIL * // RCPT * // DATA // HEADER * // EOH // BODY * // EOM | QUIT // (eof)
T-optneg | T | OPTNEG | 220 * | > EHLO c.example // !reply 250 // > MAIL FROM:<a@x> // < 451 4.3.2 Please try again later // > MAIL FROM:<a@x> // < 451 4.3.2 Please try again later // > VRFY b // < 550 5.7.1 * // > NOOP // < 250 2.0.0 * // > RSET // < 250 2.0.0 * // @quit |  | <<QUIT|\(eof\)|\(reset\)>> // ...
T-connect | T | CONNECT | 220 * | > EHLO c.example // !reply 250 // > MAIL FROM:<a@x> // < 451 4.3.2 Please try again later // > MAIL FROM:<a@x> // < 451 4.3.2 Please try again later // > VRFY b // < 550 5.7.1 * // > NOOP // < 250 2.0.0 * // > RSET // < 250 2.0.0 * // @quit |  | QUIT // (eof)
T-helo | T | HELO | 220 be.example ESMTP | > EHLO c.example // !reply 250 // > MAIL FROM:<a@x> // < 451 4.3.2 Please try again later // > MAIL FROM:<a@x> // < 451 4.3.2 Please try again later // > VRFY b // < 550 5.7.1 * // > NOOP // < 250 2.0.0 * // > RSET // < 250 2.0.0 * // @quit | CONNECT * | QUIT // (eof)
R-optneg | R | OPTNEG | 554 * | > EHLO c.example // < 250-gate.example // < 250 ENHANCEDSTATUSCODES // > MAIL FROM:<a@x> // < 550 5.0.0 Command rejected // > RCPT TO:<b@y> // < 550 5.0.0 Command rejected // > DATA // < 550 5.0.0 Command rejected // > VRFY b // < 550 5.0.0 Command rejected // > NOOP // < 250 2.0.0 * // > RSET // < 250 2.0.0 * // > FOO // < 500 5.5.2 * // @quit |  | <<QUIT|\(eof\)|\(reset\)>> // ...
R-connect | R | CONNECT | 554 * | > EHLO c.example // < 250-gate.example // < 250 ENHANCEDSTATUSCODES // > MAIL FROM:<a@x> // < 550 5.0.0 Command rejected // > RCPT TO:<b@y> // < 550 5.0.0 Command rejected // > DATA // < 550 5.0.0 Command rejected // > VRFY b // < 550 5.0.0 Command rejected // > NOOP // < 250 2.0.0 * // > RSET // < 250 2.0.0 * // > FOO // < 500 5.5.2 * // @quit |  | QUIT // (eof)
R-helo | R | HELO | 220 be.example ESMTP | > EHLO c.example // < 250-gate.example // < 250 ENHANCEDSTATUSCODES // > MAIL FROM:<a@x> // < 550 5.0.0 Command rejected // > RCPT TO:<b@y> // < 550 5.0.0 Command rejected // > DATA // < 550 5.0.0 Command rejected // > VRFY b // < 550 5.0.0 Command rejected // > NOOP // < 250 2.0.0 * // > RSET // < 250 2.0.0 * // > FOO // < 500 5.5.2 * // @quit | CONNECT * | QUIT // (eof)
4-optneg | 4 | OPTNEG | 421 4.7.0 gate.example closing connection | !gone |  | <<QUIT|\(eof\)|\(reset\)>> // ...
4-connect | 4 | CONNECT | 421 4.7.0 gate.example closing connection | !gone |  | QUIT // (eof)
4-helo | 4 | HELO | 220 be.example ESMTP | > EHLO c.example // < 421 4.7.0 gate.example closing connection // !gone | CONNECT * | QUIT // (eof)
