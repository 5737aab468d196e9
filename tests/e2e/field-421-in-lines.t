# Sendmail 8.13.0, 8.13.5, 8.14.4: 421 closes the connection, also written as
# `421-` and also while the body is with the filter. A client that was told 421
# and finds the connection open goes on and its next mail gets answers meant for
# none.

== filter
${STAGE}:
    reply 421-4.7.0 too much\r\n421 4.7.0 go away

== client
@ehlo
${LINES}
< 421-4.7.0 too much
< 421 4.7.0 go away
!gone

== delivered none

== table
case | STAGE | LINES
unknown | UNKNOWN | > FOO
mail | MAIL | > MAIL FROM:<a@x>
rcpt | RCPT | > MAIL FROM:<a@x> // < 250 2.1.0 sender ok // > RCPT TO:<b@y>
data | DATA | @mail // > DATA
header | HEADER | @mail // @send
eoh | EOH | @mail // @send
body | BODY | @mail // @send
eom | EOM | @mail // @send
