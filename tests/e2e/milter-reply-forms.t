# Texts of filters become lines for the client: everything that could start a
# line or a command of its own is caught (5.4 of the protocol notes).

== filter
${STAGE}:
    reply ${TEXT}

== client
@ehlo
${LINES}
< ${REPLY}
!close

== table
case        | STAGE | LINES | TEXT | REPLY
one         | MAIL | > MAIL FROM:<a@x> | 550 5.7.1 no | 550 5.7.1 no
two         | MAIL | > MAIL FROM:<a@x> | 550-5.7.1 no\r\n550 5.7.1 never | 550-5.7.1 no // 550 5.7.1 never
lone-lf     | MAIL | > MAIL FROM:<a@x> | 550-5.7.1 no\n550 5.7.1 never | 550-5.7.1 no // 550 5.7.1 never
percent     | MAIL | > MAIL FROM:<a@x> | 550 5.7.1 100%% sure | 550 5.7.1 100% sure
percent-one | MAIL | > MAIL FROM:<a@x> | 550 5.7.1 100% sure %n%s | 550 5.7.1 100% sure %n%s
no-enhanced | MAIL | > MAIL FROM:<a@x> | 550 no | 550 no
code-only   | MAIL | > MAIL FROM:<a@x> | 550 | 550<<( .*)?>>
code-2xx    | MAIL | > MAIL FROM:<a@x> | 250 2.0.0 fine | 451 4.3.5 *
text-only   | MAIL | > MAIL FROM:<a@x> | go away | 451 4.3.5 *
lone-cr     | MAIL | > MAIL FROM:<a@x> | 550 5.7.1 a\r250 2.0.0 b | 550 5.7.1 <<[^\\]*>>
mixed-class | MAIL | > MAIL FROM:<a@x> | 550-5.7.1 a\r\n451 4.7.1 b | 550 5.7.1 <<[^\\]*>>
mixed-codes | MAIL | > MAIL FROM:<a@x> | 550-5.7.1 a\r\n250 2.0.0 b | 550 5.7.1 <<[^\\]*>>
no-space    | MAIL | > MAIL FROM:<a@x> | 550x | 550 5.7.1 *
control     | MAIL | > MAIL FROM:<a@x> | 550 5.7.1 a\x1bb\x07c | 550 5.7.1 a?b?c
class       | MAIL | > MAIL FROM:<a@x> | 550 4.7.1 no | 550 <<(5\.\d\.\d )?.*no>>
at-eom      | EOM | @mail // @send | 5x0 5.7.1 no | 554 5.7.1 *
at-eom-4    | EOM | @mail // @send | 4xx | 451 4.3.2 *
