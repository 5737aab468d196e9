# milter-mta-side.md 5.2 and 13 item 3: verdicts on the connection and on HELO
# in the middle of three filters. After a refusal nobody is asked again, all
# filters get QUIT, and the client is told no at every command that could bring
# a mail (Sendmail's list); ACCEPT takes out one filter and no other.

== filter 0

== filter 1
${STAGE}:
    ${ANSWER}

== filter 2

== client
< ${GREETING}
${LINES}

== filter 0 saw
OPTNEG *
${FIRST}
QUIT
(eof)

== filter 2 saw
OPTNEG *
${THIRD}
QUIT
(eof)

== table
case | STAGE | ANSWER | GREETING | LINES | FIRST | THIRD
connect-reject | CONNECT | reject | 554 * | > EHLO c.example // < 250-gate.example // < 250 ENHANCEDSTATUSCODES // > MAIL FROM:<a@x> // < <<5\d\d 5.\d.\d>> * // > RCPT TO:<b@y> // < 5<<\d\d 5.\d.\d>> * // > DATA // < 5<<\d\d 5.\d.\d>> * // > NOOP // < 250 2.0.0 * // > RSET // < 250 2.0.0 * // @quit | CONNECT * | 
connect-tempfail | CONNECT | tempfail | 220 * | > EHLO c.example // !reply 250 // > MAIL FROM:<a@x> // < 451 4.3.2 * // > NOOP // < 250 2.0.0 * // > RSET // < 250 2.0.0 * // @quit | CONNECT * | 
connect-accept | CONNECT | accept | 220 be.example ESMTP | > EHLO c.example // !reply 250 // @mail // @send // < 250 2.0.0 queued as 1 // @mail // @send // < 250 2.0.0 queued as 2 // @quit | CONNECT * // HELO * // MAIL * // RCPT * // DATA // HEADER * // EOH // BODY * // EOM // MAIL * // RCPT * // DATA // HEADER * // EOH // BODY * // EOM | CONNECT * // HELO * // MAIL * // RCPT * // DATA // HEADER * // EOH // BODY * // EOM // MAIL * // RCPT * // DATA // HEADER * // EOH // BODY * // EOM
connect-reply | CONNECT | reply 554 5.7.9 listed | 554 <<.*listed>> | > EHLO c.example // !reply 250 // > MAIL FROM:<a@x> // < 554 <<.*listed>> // > RCPT TO:<b@y> // < 554 <<.*listed>> // @quit | CONNECT * | 
helo-reject | HELO | reject | 220 be.example ESMTP | > EHLO c.example // < 250-gate.example // < 250 ENHANCEDSTATUSCODES // > MAIL FROM:<a@x> // < <<5\d\d 5.\d.\d>> * // > RCPT TO:<b@y> // < 5<<\d\d 5.\d.\d>> * // > DATA // < 5<<\d\d 5.\d.\d>> * // > NOOP // < 250 2.0.0 * // > RSET // < 250 2.0.0 * // @quit | CONNECT * // HELO * | CONNECT *
helo-tempfail | HELO | tempfail | 220 * | > EHLO c.example // !reply 250 // > MAIL FROM:<a@x> // < 451 4.3.2 * // > NOOP // < 250 2.0.0 * // > RSET // < 250 2.0.0 * // @quit | CONNECT * // HELO * | CONNECT *
helo-accept | HELO | accept | 220 be.example ESMTP | > EHLO c.example // !reply 250 // @mail // @send // < 250 2.0.0 queued as 1 // @mail // @send // < 250 2.0.0 queued as 2 // @quit | CONNECT * // HELO * // MAIL * // RCPT * // DATA // HEADER * // EOH // BODY * // EOM // MAIL * // RCPT * // DATA // HEADER * // EOH // BODY * // EOM | CONNECT * // HELO * // MAIL * // RCPT * // DATA // HEADER * // EOH // BODY * // EOM // MAIL * // RCPT * // DATA // HEADER * // EOH // BODY * // EOM
helo-reply | HELO | reply 554 5.7.9 listed | 220 be.example ESMTP | > EHLO c.example // !reply 250 // > MAIL FROM:<a@x> // < 554 <<.*listed>> // > RCPT TO:<b@y> // < 554 <<.*listed>> // @quit | CONNECT * // HELO * | CONNECT *
