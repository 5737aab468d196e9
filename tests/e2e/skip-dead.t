# A filter that is left out for this client is not connected: that it is dead, and
# F=, concern other clients.

== config
[MailFilter]
Skip0 = ${SKIP}

== filter 0
listen refuse
failure ${FAILURE}

== filter 1

== client
< ${GREETING}
${LINES}

== filter 1 saw
${SAW}

== table
case  | SKIP | FAILURE | GREETING | LINES | SAW
R-in  | 127.0.0.1 | R | 220 * | > EHLO c.example // !reply 250 // @mail // @send // !reply 250 // @quit | ... // EOM // QUIT // (eof)
T-in  | 127.0.0.0/8 | T | 220 * | > EHLO c.example // !reply 250 // @mail // @send // !reply 250 // @quit | ... // EOM // QUIT // (eof)
4-in  | 10.0.0.0/8, 127.0.0.1 | 4 | 220 * | > EHLO c.example // !reply 250 // @mail // @send // !reply 250 // @quit | ... // EOM // QUIT // (eof)
R-out | 127.0.0.2 | R | 554 * | > QUIT // !reply 221 | ...
4-out | 10.0.0.0/8 | 4 | 421 * | !gone | ...
