# Answers that the protocol does not allow at MAIL or RCPT: the client gets 451,
# and the backend, whose state is unknown, gets nothing more of this mail.

== backend
${VERB}:
    ${ANSWER}

== client
@ehlo
> MAIL FROM:<a@x>
${BEFORE}
< 451 4.<<[34].\d>> *
> RSET
!reply any
> QUIT
!reply 221

== delivered none

== table
case     | VERB | ANSWER | BEFORE
mail-354 | MAIL | 354 what | 
mail-1xx | MAIL | 199 what | 
mail-bad | MAIL | !raw nonsense\r\n | 
rcpt-354 | RCPT | 354 what | < 250 2.1.0 sender ok // > RCPT TO:<b@y>
rcpt-bad | RCPT | !raw nonsense\r\n | < 250 2.1.0 sender ok // > RCPT TO:<b@y>
