# SessionTimeout also ends a session in which a filter or the backend is silent
# for longer, whatever their own limits say.

== config
[Server]
SessionTimeout = 1
[Backend]
SocketTimeout = 300

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
case        | VERB | THERE | STAGE | HERE | LINES
filter-mail | EHLO | 250 be.example | MAIL | hang | > MAIL FROM:<a@x>
filter-eom  | EHLO | 250 be.example | EOM | hang | @mail // @send
rcpt        | RCPT | !hang | HELO | continue | > MAIL FROM:<a@x> // < 250 2.1.0 sender ok // > RCPT TO:<b@y>
data        | DATA | !hang | HELO | continue | @mail // @send
