# SessionTimeout also ends a session in which a filter or the backend is silent
# for longer, whatever their own limits say.  A mail whose data has begun has
# limits of its own.

== config
[Server]
SessionTimeout = 1
[Backend]
SocketTimeout = ${REPLY}
[MailFilter]
ChainTimeout = ${CHAIN}

== backend
${VERB}: ${THERE}

== filter
failure T
times C:5s;S:5s;R:5m;E:5m
${STAGE}: ${HERE}

== client
@ehlo
${LINES}
< <<4[25]1 4.[34].[02]>> *
!close

== delivered none

== table
case        | REPLY | CHAIN | VERB | THERE | STAGE | HERE | LINES
filter-mail | 300 | 300 | EHLO | 250 be.example | MAIL | hang | > MAIL FROM:<a@x>
filter-eom  | 300 | 1   | EHLO | 250 be.example | EOM | hang | @mail // @send
rcpt        | 300 | 300 | RCPT | !hang | HELO | continue | > MAIL FROM:<a@x> // < 250 2.1.0 sender ok // > RCPT TO:<b@y>
data        | 1   | 300 | DATA | !hang | HELO | continue | @mail // @send
