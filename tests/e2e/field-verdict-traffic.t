# milter-mta-side.md 13 item 3: each verdict at each stage in the middle of
# three filters, and a second mail behind it. The filter before and the one
# behind are told with ABORT that the mail is over if they are inside it, and
# nobody else gets one: the Go libraries forget who the client is at an ABORT
# behind a finished mail (emersion/go-milter #12, #19; phalaaxx/milter #21), and
# without one a filter keeps a mail that is gone (Postfix 20200308 went down
# over such a state).

== filter 0

== filter 1
${STAGE}#1:
    ${ANSWER}

== filter 2

== client
@ehlo
${LINES}
@mail
@send
< 250 2.0.0 queued as ${LAST}
@quit

== filter 0 saw
OPTNEG *
CONNECT *
HELO *
${FIRST}
MAIL *
RCPT *
DATA
HEADER *
EOH
BODY *
EOM
QUIT
(eof)

== filter 1 saw
OPTNEG *
CONNECT *
HELO *
${OWN}
MAIL *
RCPT *
DATA
HEADER *
EOH
BODY *
EOM
QUIT
(eof)

== filter 2 saw
OPTNEG *
CONNECT *
HELO *
${THIRD}
MAIL *
RCPT *
DATA
HEADER *
EOH
BODY *
EOM
QUIT
(eof)

== table
case | STAGE | ANSWER | LINES | LAST | FIRST | OWN | THIRD
mail-reject | MAIL | reject | > MAIL FROM:<a@x> // < 550 5.7.1 * | 1 | MAIL * // ABORT | MAIL * | 
mail-tempfail | MAIL | tempfail | > MAIL FROM:<a@x> // < 451 4.3.2 * | 1 | MAIL * // ABORT | MAIL * | 
mail-discard | MAIL | discard | > MAIL FROM:<a@x> // !reply 250 // > RCPT TO:<b@y> // !reply 250 // @send // < 250 2.0.0 * | 1 | MAIL * // ABORT | MAIL * | 
mail-accept | MAIL | accept | @mail // @send // < 250 2.0.0 queued as 1 | 2 | MAIL * // RCPT * // DATA // HEADER * // EOH // BODY * // EOM | MAIL * | MAIL * // RCPT * // DATA // HEADER * // EOH // BODY * // EOM
rcpt-reject | RCPT | reject | > MAIL FROM:<a@x> // < 250 2.1.0 sender ok // > RCPT TO:<b@y> // < 550 5.7.1 * // > DATA // < <<503|554>> 5.5.1 * // > RSET // < 250 2.0.0 * | 1 | MAIL * // RCPT * // ABORT | MAIL * // RCPT * // ABORT | MAIL * // ABORT
rcpt-tempfail | RCPT | tempfail | > MAIL FROM:<a@x> // < 250 2.1.0 sender ok // > RCPT TO:<b@y> // < 451 4.3.2 * // > DATA // < <<503|554>> 5.5.1 * // > RSET // < 250 2.0.0 * | 1 | MAIL * // RCPT * // ABORT | MAIL * // RCPT * // ABORT | MAIL * // ABORT
rcpt-discard | RCPT | discard | > MAIL FROM:<a@x> // !reply 250 // > RCPT TO:<b@y> // !reply 250 // @send // < 250 2.0.0 * | 1 | MAIL * // RCPT * // ABORT | MAIL * // RCPT * // ABORT | MAIL * // ABORT
rcpt-accept | RCPT | accept | @mail // @send // < 250 2.0.0 queued as 1 | 2 | MAIL * // RCPT * // DATA // HEADER * // EOH // BODY * // EOM | MAIL * // RCPT * | MAIL * // RCPT * // DATA // HEADER * // EOH // BODY * // EOM
data-reject | DATA | reject | @mail // > DATA // < 550 5.7.1 * | 1 | MAIL * // RCPT * // DATA // ABORT | MAIL * // RCPT * // DATA | MAIL * // RCPT * // ABORT
data-tempfail | DATA | tempfail | @mail // > DATA // < 451 4.3.2 * | 1 | MAIL * // RCPT * // DATA // ABORT | MAIL * // RCPT * // DATA | MAIL * // RCPT * // ABORT
data-discard | DATA | discard | > MAIL FROM:<a@x> // !reply 250 // > RCPT TO:<b@y> // !reply 250 // @send // < 250 2.0.0 * | 1 | MAIL * // RCPT * // DATA // ABORT | MAIL * // RCPT * // DATA | MAIL * // RCPT * // ABORT
data-accept | DATA | accept | @mail // @send // < 250 2.0.0 queued as 1 | 2 | MAIL * // RCPT * // DATA // HEADER * // EOH // BODY * // EOM | MAIL * // RCPT * // DATA | MAIL * // RCPT * // DATA // HEADER * // EOH // BODY * // EOM
header-reject | HEADER | reject | @mail // @send // < 554 5.7.1 * | 1 | MAIL * // RCPT * // DATA // HEADER * // EOH // BODY * // EOM | MAIL * // RCPT * // DATA // HEADER * | MAIL * // RCPT * // DATA // ABORT
header-tempfail | HEADER | tempfail | @mail // @send // < 451 4.3.2 * | 1 | MAIL * // RCPT * // DATA // HEADER * // EOH // BODY * // EOM | MAIL * // RCPT * // DATA // HEADER * | MAIL * // RCPT * // DATA // ABORT
header-discard | HEADER | discard | > MAIL FROM:<a@x> // !reply 250 // > RCPT TO:<b@y> // !reply 250 // @send // < 250 2.0.0 * | 1 | MAIL * // RCPT * // DATA // HEADER * // EOH // BODY * // EOM | MAIL * // RCPT * // DATA // HEADER * | MAIL * // RCPT * // DATA // ABORT
header-accept | HEADER | accept | @mail // @send // < 250 2.0.0 queued as 1 | 2 | MAIL * // RCPT * // DATA // HEADER * // EOH // BODY * // EOM | MAIL * // RCPT * // DATA // HEADER * | MAIL * // RCPT * // DATA // HEADER * // EOH // BODY * // EOM
eoh-reject | EOH | reject | @mail // @send // < 554 5.7.1 * | 1 | MAIL * // RCPT * // DATA // HEADER * // EOH // BODY * // EOM | MAIL * // RCPT * // DATA // HEADER * // EOH | MAIL * // RCPT * // DATA // ABORT
eoh-tempfail | EOH | tempfail | @mail // @send // < 451 4.3.2 * | 1 | MAIL * // RCPT * // DATA // HEADER * // EOH // BODY * // EOM | MAIL * // RCPT * // DATA // HEADER * // EOH | MAIL * // RCPT * // DATA // ABORT
eoh-discard | EOH | discard | > MAIL FROM:<a@x> // !reply 250 // > RCPT TO:<b@y> // !reply 250 // @send // < 250 2.0.0 * | 1 | MAIL * // RCPT * // DATA // HEADER * // EOH // BODY * // EOM | MAIL * // RCPT * // DATA // HEADER * // EOH | MAIL * // RCPT * // DATA // ABORT
eoh-accept | EOH | accept | @mail // @send // < 250 2.0.0 queued as 1 | 2 | MAIL * // RCPT * // DATA // HEADER * // EOH // BODY * // EOM | MAIL * // RCPT * // DATA // HEADER * // EOH | MAIL * // RCPT * // DATA // HEADER * // EOH // BODY * // EOM
body-reject | BODY | reject | @mail // @send // < 554 5.7.1 * | 1 | MAIL * // RCPT * // DATA // HEADER * // EOH // BODY * // EOM | MAIL * // RCPT * // DATA // HEADER * // EOH // BODY * | MAIL * // RCPT * // DATA // ABORT
body-tempfail | BODY | tempfail | @mail // @send // < 451 4.3.2 * | 1 | MAIL * // RCPT * // DATA // HEADER * // EOH // BODY * // EOM | MAIL * // RCPT * // DATA // HEADER * // EOH // BODY * | MAIL * // RCPT * // DATA // ABORT
body-discard | BODY | discard | > MAIL FROM:<a@x> // !reply 250 // > RCPT TO:<b@y> // !reply 250 // @send // < 250 2.0.0 * | 1 | MAIL * // RCPT * // DATA // HEADER * // EOH // BODY * // EOM | MAIL * // RCPT * // DATA // HEADER * // EOH // BODY * | MAIL * // RCPT * // DATA // ABORT
body-accept | BODY | accept | @mail // @send // < 250 2.0.0 queued as 1 | 2 | MAIL * // RCPT * // DATA // HEADER * // EOH // BODY * // EOM | MAIL * // RCPT * // DATA // HEADER * // EOH // BODY * | MAIL * // RCPT * // DATA // HEADER * // EOH // BODY * // EOM
eom-reject | EOM | reject | @mail // @send // < 554 5.7.1 * | 1 | MAIL * // RCPT * // DATA // HEADER * // EOH // BODY * // EOM | MAIL * // RCPT * // DATA // HEADER * // EOH // BODY * // EOM | MAIL * // RCPT * // DATA // ABORT
eom-tempfail | EOM | tempfail | @mail // @send // < 451 4.3.2 * | 1 | MAIL * // RCPT * // DATA // HEADER * // EOH // BODY * // EOM | MAIL * // RCPT * // DATA // HEADER * // EOH // BODY * // EOM | MAIL * // RCPT * // DATA // ABORT
eom-discard | EOM | discard | > MAIL FROM:<a@x> // !reply 250 // > RCPT TO:<b@y> // !reply 250 // @send // < 250 2.0.0 * | 1 | MAIL * // RCPT * // DATA // HEADER * // EOH // BODY * // EOM | MAIL * // RCPT * // DATA // HEADER * // EOH // BODY * // EOM | MAIL * // RCPT * // DATA // ABORT
eom-accept | EOM | accept | @mail // @send // < 250 2.0.0 queued as 1 | 2 | MAIL * // RCPT * // DATA // HEADER * // EOH // BODY * // EOM | MAIL * // RCPT * // DATA // HEADER * // EOH // BODY * // EOM | MAIL * // RCPT * // DATA // HEADER * // EOH // BODY * // EOM
