# A filter on trial that never answers may use its share of ChainTimeout and no
# more: the filter behind it still has time for its answer, and the mail passes.

== config
[MailFilter]
ChainTimeout = 3
Mode0 = monitor
Mode2 = monitor

== filter 0
failure ${FAILURE}
times C:60s;S:60s;R:60s;E:60s
${STAGE}:
    ${HOW}

== filter 1
failure T
times C:60s;S:60s;R:60s;E:60s
EOM: addheader X-Behind|yes // accept

== filter 2
failure 4

== client
@ehlo
@mail
@send
< 250 2.0.0 queued as 1
@quit

== filter 1 saw
OPTNEG *
CONNECT *
HELO c.example
MAIL <a@x>
RCPT <b@y>
DATA
HEADER Subject|t
EOH
BODY 7 hello\r\n
EOM
QUIT
(eof)

== filter 0 saw
...
(eof)

== delivered
Subject: t
X-Behind: yes

hello

== log
/ filter filter0 \(.*\): at ${AT} after [0-9]+ ms: timed out
! mail result=tempfailed
mail result=accepted by=backend

== table
case     | FAILURE | STAGE | AT | HOW
optneg   | 4 | OPTNEG | negotiation | hang
connect  | R | CONNECT | connect | hang
helo     | T | HELO | helo | hang
mail     | 4 | MAIL | mail | hang
rcpt     | R | RCPT | rcpt | hang
data     | none | DATA | data | hang
header   | T | HEADER | header | hang
body     | 4 | BODY | body | hang
eom-none | none | EOM | eom | hang
eom-R    | R | EOM | eom | hang
eom-T    | T | EOM | eom | hang
eom-4    | 4 | EOM | eom | hang
eom-body | none | EOM | eom | replbody half // hang
progress | 4 | EOM | eom | progress // hang
zero     | T | MAIL | mail | raw \0\0\0\0
