# Sendmail 8.14.2: CHGFROM with arguments lost the body. The recipient of a
# mailing list got an empty mail.

== backend
offer DSN; PIPELINING; 8BITMIME

== filter
EOM: chgfrom ${ARGUMENT} // accept

== client
@ehlo
@mail
@send
< 250 2.0.0 queued as 1
@quit

== backend saw
(connect)
EHLO c.example
MAIL FROM:<a@x>
RCPT TO:<b@y>
RSET
MAIL FROM:${SENT}
RCPT TO:<b@y>
DATA
(mail 1)
QUIT
(we closed)

== delivered
Subject: t

hello

== table
case | ARGUMENT | SENT
plain | n@z | <n@z>
args | n@z|RET=HDRS ENVID=1 | <n@z> RET=HDRS ENVID=1
null-args | <>|RET=HDRS | <> RET=HDRS
