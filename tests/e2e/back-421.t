# 421 from the backend in answer to a command: passed, and the session ends.

== backend
${VERB}#1:
    421 4.3.2 going down
    !close

== client
@ehlo
${LINES}
< 421 4.3.2 going down
!gone

== delivered none

== table
case | VERB | LINES
mail | MAIL | > MAIL FROM:<a@x>
rcpt | RCPT | > MAIL FROM:<a@x> // < 250 2.1.0 sender ok // > RCPT TO:<b@y>
