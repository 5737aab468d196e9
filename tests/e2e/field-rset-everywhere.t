# milter-mta-side.md 10 and 13 item 11: RSET in every state. ABORT goes to a
# filter that is inside a mail and to no other (Sendmail's rule; the Go
# libraries forget the client at a spare one behind a finished mail), and the
# next mail has nothing of this one.

== filter
${RULE}

== client
@ehlo
${LINES}
> RSET
< 250 2.0.0 *
> RSET
< 250 2.0.0 *
> MAIL FROM:<last@x>
< 250 2.1.0 sender ok
> RCPT TO:<last@y>
< 250 2.1.5 recipient ok
@send
< 250 2.0.0 queued as <<\d>>
@quit

== filter saw
OPTNEG *
CONNECT *
HELO *
${SAW}
MAIL <last@x>
RCPT <last@y>
DATA
HEADER *
EOH
BODY *
EOM
QUIT
(eof)

== table
case | LINES | SAW | RULE
nothing |  |  | 
mail | > MAIL FROM:<a@x> // < 250 2.1.0 sender ok | MAIL * // ABORT | 
rcpt | @mail | MAIL * // RCPT * // ABORT | 
mail-refused | > MAIL FROM:<no@x> // < 550 5.7.1 * | MAIL <no@x> | MAIL <no@x>: reject
rcpt-refused | > MAIL FROM:<a@x> // < 250 2.1.0 sender ok // > RCPT TO:<no@y> // < 550 5.7.1 * | MAIL * // RCPT <no@y> // ABORT | RCPT <no@y>: reject
unknown | @mail // > FOO // < 500 5.5.2 * | MAIL * // RCPT * // UNKNOWN FOO // ABORT | 
sent | @mail // @send // < 250 2.0.0 queued as 1 | MAIL * // RCPT * // DATA // HEADER * // EOH // BODY * // EOM | 
