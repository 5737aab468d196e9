# Postfix 20190403: control octets were censored before the text was split, and
# replies of several lines fell apart. Postfix 20260627, 20260819: texts without
# an end were read past it.

== filter
${STAGE}:
    ${ANSWER}

== client
@ehlo
${LINES}
< ${REPLY}
!close

== table
case | STAGE | LINES | ANSWER | REPLY
control | MAIL | > MAIL FROM:<a@x> | reply 550-5.7.1 a\x01b\r\n550 5.7.1 c\x02d | 550-5.7.1 a?b // 550 5.7.1 c?d
control-eom | EOM | @mail // @send | reply 550-5.7.1 a\x01b\r\n550-5.7.1 \x1b[2J\r\n550 5.7.1 c | 550-5.7.1 a?b // 550-5.7.1 ?[2J // 550 5.7.1 c
tab | RCPT | > MAIL FROM:<a@x> // < 250 2.1.0 sender ok // > RCPT TO:<b@y> | reply 550 5.7.1 a\tb | 550 5.7.1 a\tb
no-end | DATA | @mail // > DATA | packet y 550-5.7.1 a\r\n550 5.7.1 b | 550-5.7.1 a // 550 5.7.1 b
half | EOM | @mail // @send | packet y 55\0 | 554 5.7.1 Command rejected
half-4 | EOM | @mail // @send | packet y 4 | 451 4.3.2 *
cut-lines | EOM | @mail // @send | reply 550-5.7.1 a\r\n55 | 554 5.7.1 Command rejected
