# Replies that make no sense at their stage: the mail is refused for now by F=T or
# goes on, never lost, never taken as something else.

== filter
failure T
${STAGE}:
    ${ANSWER}

== client
@ehlo
${LINES}
< ${REPLY}
!close

== table
case             | STAGE | ANSWER | LINES | REPLY
skip-helo        | HELO | skip | > MAIL FROM:<a@x> | 250 2.1.0 sender ok
skip-mail        | MAIL | skip | > MAIL FROM:<a@x> | 250 2.1.0 sender ok
skip-data        | DATA | skip | @mail // > DATA | 354 *
skip-eoh         | EOH | skip | @mail // @send | 250 2.0.0 queued as 1
quarantine-mail  | MAIL | quarantine x // continue | > MAIL FROM:<a@x> | <<(451 4.3.2|250 2.1.0)>> *
quarantine-body  | BODY | quarantine x // continue | @mail // @send | <<(451 4.3.2|550 5.7.1)>> *
replbody-body    | BODY | replbody x // continue | @mail // @send | 451 4.3.2 *
addrcpt-rcpt     | RCPT | addrcpt c@y // continue | > MAIL FROM:<a@x> // < 250 2.1.0 sender ok // > RCPT TO:<b@y> | 451 4.3.2 *
chgfrom-mail     | MAIL | chgfrom c@y // continue | > MAIL FROM:<a@x> | 451 4.3.2 *
connfail-mail    | MAIL | connfail | > MAIL FROM:<a@x> | 451 4.3.2 *
connfail-body    | BODY | connfail | @mail // @send | 451 4.3.2 *
shutdown-mail    | MAIL | shutdown | > MAIL FROM:<a@x> | 421 4.3.0 *
shutdown-rcpt    | RCPT | shutdown | > MAIL FROM:<a@x> // < 250 2.1.0 sender ok // > RCPT TO:<b@y> | 421 4.3.0 *
shutdown-body    | BODY | shutdown | @mail // @send | 421 4.7.0 *
symlist-mail     | MAIL | packet l \0\0\0\x05i\0 | > MAIL FROM:<a@x> | 451 4.3.2 *
optneg-mail      | MAIL | packet O \0\0\0\x06\0\0\0\0\0\0\0\0 | > MAIL FROM:<a@x> | 451 4.3.2 *
reply-empty      | MAIL | packet y \{0*} | > MAIL FROM:<a@x> | 451 4.3.<<[25]>> *
reply-nul-first  | MAIL | packet y \0 | > MAIL FROM:<a@x> | 451 4.3.<<[25]>> *
reply-no-nul     | MAIL | packet y 550 5.7.1 no | > MAIL FROM:<a@x> | 550 5.7.1 no
reply-two-nul    | MAIL | packet y 550 5.7.1 no\0more\0 | > MAIL FROM:<a@x> | 550 5.7.1 *
