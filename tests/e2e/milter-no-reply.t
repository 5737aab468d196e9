# With NR_* the filter answers nothing at that stage.  Waiting for an answer that
# was switched off hangs the mail; rspamd switches off all.

== gate
one-byte always

== config
[Server]
SocketTimeout = 10

== filter
failure T
protocol ${FLAGS}

== client
@ehlo
> FOO
< <<50[02] 5.5.[12]>> *
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
HELO *
UNKNOWN FOO
MAIL *
RCPT *
DATA
HEADER *
EOH
BODY *
EOM
MAIL *
RCPT *
DATA
HEADER *
EOH
BODY *
EOM
QUIT
(eof)

== table
case    | FLAGS
NR_CONN | NR_CONN
NR_HELO | NR_HELO
NR_MAIL | NR_MAIL
NR_RCPT | NR_RCPT
NR_DATA | NR_DATA
NR_UNKN | NR_UNKN
NR_HDR  | NR_HDR
NR_EOH  | NR_EOH
NR_BODY | NR_BODY
all     | NR_ALL
skip    | NR_ALL SKIP HDR_LEADSPC
