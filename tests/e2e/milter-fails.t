# A filter that fails in the middle of a session: by closing, by an unknown
# answer, by garbage.  F= decides at once and for the rest of the session.

== filter
failure ${FAILURE}
${STAGE}:
    ${HOW}

== client
@ehlo
${LINES}
< ${REPLY}
!close

== table
case           | FAILURE | STAGE | HOW | LINES | REPLY
T-helo-close   | T | HELO | close | > MAIL FROM:<a@x> | 451 4.3.2 *
T-mail-close   | T | MAIL | close | > MAIL FROM:<a@x> | 451 4.3.2 *
T-rcpt-close   | T | RCPT | close | > MAIL FROM:<a@x> // < 250 2.1.0 sender ok // > RCPT TO:<b@y> | 451 4.3.2 *
T-data-close   | T | DATA | close | @mail // > DATA | 451 4.3.2 *
T-header-close | T | HEADER | close | @mail // @send | 451 4.3.2 *
T-eoh-close    | T | EOH | close | @mail // @send | 451 4.3.2 *
T-body-close   | T | BODY | close | @mail // @send | 451 4.3.2 *
T-eom-close    | T | EOM | close | @mail // @send | 451 4.3.2 *
T-eom-reset    | T | EOM | reset | @mail // @send | 451 4.3.2 *
T-mail-byte    | T | MAIL | packet X \{0*} | > MAIL FROM:<a@x> | 451 4.3.2 *
T-eom-byte     | T | EOM | packet X \{0*} | @mail // @send | 451 4.3.2 *
T-mail-ascii   | T | MAIL | raw UNKNOWN COMMAND\n | > MAIL FROM:<a@x> | 451 4.3.2 *
T-eom-long     | T | EOM | raw \x7f\xff\xff\xffc | @mail // @send | 451 4.3.2 *
T-mail-edit    | T | MAIL | addheader X-A|v | > MAIL FROM:<a@x> | 451 4.3.2 *
T-eoh-edit     | T | EOH | addheader X-A|v | @mail // @send | 451 4.3.2 *
T-eom-connfail | T | EOM | connfail | @mail // @send | 451 4.3.2 *
T-eom-cut      | T | EOM | raw \0\0\0\x05r // close | @mail // @send | 451 4.3.2 *
R-mail-close   | R | MAIL | close | > MAIL FROM:<a@x> | 550 5.7.1 *
R-rcpt-close   | R | RCPT | close | > MAIL FROM:<a@x> // < 250 2.1.0 sender ok // > RCPT TO:<b@y> | 550 5.7.1 *
R-data-close   | R | DATA | close | @mail // > DATA | 550 5.7.1 *
R-eoh-close    | R | EOH | close | @mail // @send | 554 5.7.1 *
R-eom-close    | R | EOM | close | @mail // @send | 554 5.7.1 *
R-helo-close   | R | HELO | close | > MAIL FROM:<a@x> | 550 5.<<0.0|7.1>> *
4-mail-close   | 4 | MAIL | close | > MAIL FROM:<a@x> | 421 4.<<3.0|7.0>> *
4-data-close   | 4 | DATA | close | @mail // > DATA | 421 4.<<3.0|7.0>> *
4-eom-close    | 4 | EOM | close | @mail // @send | 421 4.7.0 *
n-mail-close   | none | MAIL | close | > MAIL FROM:<a@x> | 250 2.1.0 sender ok
n-data-close   | none | DATA | close | @mail // > DATA | 354 *
n-header-close | none | HEADER | close | @mail // @send | 250 2.0.0 queued as 1
n-eom-close    | none | EOM | close | @mail // @send | 250 2.0.0 queued as 1
n-eom-byte     | none | EOM | packet X \{0*} | @mail // @send | 250 2.0.0 queued as 1
