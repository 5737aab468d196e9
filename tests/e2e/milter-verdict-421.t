# A reply code of 421 closes the connection behind it, at every stage.

== filter
${STAGE}:
    reply 421 4.7.0 enough

== client
@ehlo
${LINES}
< 421 4.7.0 enough
!gone

== delivered none

== table
case   | STAGE | LINES
mail   | MAIL | > MAIL FROM:<a@x>
rcpt   | RCPT | > MAIL FROM:<a@x> // < 250 2.1.0 sender ok // > RCPT TO:<b@y>
data   | DATA | @mail // > DATA
header | HEADER | @mail // @send
eoh    | EOH | @mail // @send
body   | BODY | @mail // @send
eom    | EOM | @mail // @send
unkn   | UNKNOWN | > FOO
