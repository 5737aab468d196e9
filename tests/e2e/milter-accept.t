# ACCEPT inside a mail: no more of this mail for that filter, all of the next;
# a filter behind it still sees everything.

== filter 0
${STAGE}#1:
    accept

== filter 1

== client
@ehlo
@mail
@send
< 250 2.0.0 queued as 1
@mail
@send
< 250 2.0.0 queued as 2
@quit

== filter 0 saw
OPTNEG *
CONNECT *
HELO *
${SAW}
MAIL <a@x>
RCPT <b@y>
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
MAIL <a@x>
RCPT <b@y>
DATA
HEADER *
EOH
BODY *
EOM
MAIL <a@x>
RCPT <b@y>
DATA
HEADER *
EOH
BODY *
EOM
QUIT
(eof)

== table
case   | STAGE | SAW
mail   | MAIL | MAIL *
rcpt   | RCPT | MAIL * // RCPT *
data   | DATA | MAIL * // RCPT * // DATA
header | HEADER | MAIL * // RCPT * // DATA // HEADER *
eoh    | EOH | MAIL * // RCPT * // DATA // HEADER * // EOH
body   | BODY | MAIL * // RCPT * // DATA // HEADER * // EOH // BODY *
eom    | EOM | MAIL * // RCPT * // DATA // HEADER * // EOH // BODY * // EOM
