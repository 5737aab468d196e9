# A filter that does not answer within R has failed: its F= acts.

== filter
failure T
times C:1s;S:1s;R:1s;E:20s
${STAGE}:
    hang

== client
${LINES}
< ${REPLY}
!close

== delivered none

== table
case    | STAGE | LINES | REPLY
optneg  | OPTNEG | < 220 * // > EHLO c.example // !reply 250 // > MAIL FROM:<a@x> | 451 4.3.2 *
connect | CONNECT | < 220 * // > EHLO c.example // !reply 250 // > MAIL FROM:<a@x> | 451 4.3.2 *
helo    | HELO | @ehlo // > MAIL FROM:<a@x> | 451 4.3.2 *
mail    | MAIL | @ehlo // > MAIL FROM:<a@x> | 451 4.3.2 *
rcpt    | RCPT | @ehlo // > MAIL FROM:<a@x> // < 250 2.1.0 sender ok // > RCPT TO:<b@y> | 451 4.3.2 *
data    | DATA | @ehlo // @mail // > DATA | 451 4.3.2 *
header  | HEADER | @ehlo // @mail // @send | 451 4.3.2 *
body    | BODY | @ehlo // @mail // @send | 451 4.3.2 *
eom     | EOM | @ehlo // @mail // @send | 451 4.3.2 *
