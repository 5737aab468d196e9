# roehling/postsrsd #185 (log text in the filter's socket: length 1886352244),
# docjyJ/aio-stalwart #82 (the milter setting pointed at clamd: length
# 1431194446), fastmail/authentication_milter #36: no memory is asked for such a
# length, and the log has the octets, so that the admin sees which program he is
# talking to.

== filter
failure T
${STAGE}:
    raw ${OCTETS}

== client
!reply 220
> EHLO c.example
!reply 250
> MAIL FROM:<a@x>
< 451 4.3.2 *
!close

== log
/ filter filter0 .*: at ${AT} after [0-9]+ ms: .*${WORD}

== table
case | STAGE | OCTETS | AT | WORD
clamd | OPTNEG | UNKNOWN COMMAND\n | negotiation | UNKN
text | MAIL | postsrsd: error\n | mail | post
http | OPTNEG | HTTP/1.1 400 Bad Request\r\n | negotiation | HTTP
