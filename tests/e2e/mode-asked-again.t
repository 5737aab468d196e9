# A refusal of a filter on trial concerns one mail, as it would in force: at the
# next one it is asked again.  One at the connection or at HELO is the last.

== config
[MailFilter]
Mode0 = monitor

== filter
${STAGE}#1: ${HOW}

== client
@ehlo
@mail
@send
< 250 2.0.0 queued as 1
@mail
@send
< 250 2.0.0 queued as 2
@quit

== filter saw
OPTNEG *
CONNECT *
${SAW}

== log
monitor filter=filter0 stage=${AT} would=${WOULD}
mail result=accepted
mail result=accepted
session mails=2 rcpts=2 errors=0 end=quit

== table
case     | STAGE | AT | HOW | WOULD | SAW
connect  | CONNECT | connect | reject | reject | QUIT // (eof)
connect4 | CONNECT | connect | shutdown | close | ...
helo     | HELO | helo | tempfail | tempfail | HELO * // QUIT // (eof)
mail     | MAIL | mail | reject | reject | HELO * // MAIL * // MAIL * // RCPT * // DATA // HEADER * // EOH // BODY * // EOM // QUIT // (eof)
discard  | MAIL | mail | discard | discard | HELO * // MAIL * // MAIL * // RCPT * // DATA // HEADER * // EOH // BODY * // EOM // QUIT // (eof)
rcpt     | RCPT | rcpt | tempfail | tempfail | HELO * // MAIL * // RCPT * // DATA // HEADER * // EOH // BODY * // EOM // MAIL * // RCPT * // DATA // HEADER * // EOH // BODY * // EOM // QUIT // (eof)
data     | DATA | data | reject | reject | HELO * // MAIL * // RCPT * // DATA // MAIL * // RCPT * // DATA // HEADER * // EOH // BODY * // EOM // QUIT // (eof)
header   | HEADER | header | reject | reject | HELO * // MAIL * // RCPT * // DATA // HEADER * // MAIL * // RCPT * // DATA // HEADER * // EOH // BODY * // EOM // QUIT // (eof)
body     | BODY | body | reply 421 4.7.0 bye | close | HELO * // MAIL * // RCPT * // DATA // HEADER * // EOH // BODY * // MAIL * // RCPT * // DATA // HEADER * // EOH // BODY * // EOM // QUIT // (eof)
