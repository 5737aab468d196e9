# milter-mta-side.md 2.3: a filter that fails in the middle of a mail, for every
# moment and each F=. The text is what sites grep for; after it every mail of
# this session gets the same answer, since there is no reconnect: a filter that
# died on a virus must not be a way to send the next one unchecked.

== filter 0

== filter 1
failure ${FAILURE}
${STAGE}:
    close

== client
@ehlo
${LINES}
< ${REPLY}
${END}

== delivered none

== table
case | FAILURE | STAGE | LINES | REPLY | END
T-unknown | T | UNKNOWN | > FOO | 451 4.3.2 Please try again later | > RSET // < 250 2.0.0 * // > MAIL FROM:<a@x> // < 451 4.3.2 Please try again later // @quit
R-unknown | R | UNKNOWN | > FOO | 550 5.7.1 Command rejected | > RSET // < 250 2.0.0 * // > MAIL FROM:<a@x> // < 550 5.7.1 Command rejected // @quit
4-unknown | 4 | UNKNOWN | > FOO | 421 4.3.0 gate.example closing connection | !gone
T-mail | T | MAIL | > MAIL FROM:<a@x> | 451 4.3.2 Please try again later | > RSET // < 250 2.0.0 * // > MAIL FROM:<a@x> // < 451 4.3.2 Please try again later // @quit
R-mail | R | MAIL | > MAIL FROM:<a@x> | 550 5.7.1 Command rejected | > RSET // < 250 2.0.0 * // > MAIL FROM:<a@x> // < 550 5.7.1 Command rejected // @quit
4-mail | 4 | MAIL | > MAIL FROM:<a@x> | 421 4.3.0 gate.example closing connection | !gone
T-rcpt | T | RCPT | > MAIL FROM:<a@x> // < 250 2.1.0 sender ok // > RCPT TO:<b@y> | 451 4.3.2 Please try again later | > RSET // < 250 2.0.0 * // > MAIL FROM:<a@x> // < 451 4.3.2 Please try again later // @quit
R-rcpt | R | RCPT | > MAIL FROM:<a@x> // < 250 2.1.0 sender ok // > RCPT TO:<b@y> | 550 5.7.1 Command rejected | > RSET // < 250 2.0.0 * // > MAIL FROM:<a@x> // < 550 5.7.1 Command rejected // @quit
4-rcpt | 4 | RCPT | > MAIL FROM:<a@x> // < 250 2.1.0 sender ok // > RCPT TO:<b@y> | 421 4.3.0 gate.example closing connection | !gone
T-data | T | DATA | @mail // > DATA | 451 4.3.2 Please try again later | > RSET // < 250 2.0.0 * // > MAIL FROM:<a@x> // < 451 4.3.2 Please try again later // @quit
R-data | R | DATA | @mail // > DATA | 550 5.7.1 Command rejected | > RSET // < 250 2.0.0 * // > MAIL FROM:<a@x> // < 550 5.7.1 Command rejected // @quit
4-data | 4 | DATA | @mail // > DATA | 421 4.7.0 gate.example closing connection | !gone
T-header | T | HEADER | @mail // @send | 451 4.3.2 Please try again later | > RSET // < 250 2.0.0 * // > MAIL FROM:<a@x> // < 451 4.3.2 Please try again later // @quit
R-header | R | HEADER | @mail // @send | 554 5.7.1 Command rejected | > RSET // < 250 2.0.0 * // > MAIL FROM:<a@x> // < 550 5.7.1 Command rejected // @quit
4-header | 4 | HEADER | @mail // @send | 421 4.7.0 gate.example closing connection | !gone
T-eoh | T | EOH | @mail // @send | 451 4.3.2 Please try again later | > RSET // < 250 2.0.0 * // > MAIL FROM:<a@x> // < 451 4.3.2 Please try again later // @quit
R-eoh | R | EOH | @mail // @send | 554 5.7.1 Command rejected | > RSET // < 250 2.0.0 * // > MAIL FROM:<a@x> // < 550 5.7.1 Command rejected // @quit
4-eoh | 4 | EOH | @mail // @send | 421 4.7.0 gate.example closing connection | !gone
T-body | T | BODY | @mail // @send | 451 4.3.2 Please try again later | > RSET // < 250 2.0.0 * // > MAIL FROM:<a@x> // < 451 4.3.2 Please try again later // @quit
R-body | R | BODY | @mail // @send | 554 5.7.1 Command rejected | > RSET // < 250 2.0.0 * // > MAIL FROM:<a@x> // < 550 5.7.1 Command rejected // @quit
4-body | 4 | BODY | @mail // @send | 421 4.7.0 gate.example closing connection | !gone
T-eom | T | EOM | @mail // @send | 451 4.3.2 Please try again later | > RSET // < 250 2.0.0 * // > MAIL FROM:<a@x> // < 451 4.3.2 Please try again later // @quit
R-eom | R | EOM | @mail // @send | 554 5.7.1 Command rejected | > RSET // < 250 2.0.0 * // > MAIL FROM:<a@x> // < 550 5.7.1 Command rejected // @quit
4-eom | 4 | EOM | @mail // @send | 421 4.7.0 gate.example closing connection | !gone
