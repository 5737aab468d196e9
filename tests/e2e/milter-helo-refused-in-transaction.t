# An EHLO inside a transaction that the backend refuses leaves the transaction as
# it is (RFC 5321 section 4.1.4), also for the filters: one that was told ABORT and
# then gets DATA has forgotten the envelope, and libmilter never answers it.

== backend
EHLO#2: 501 5.5.2 what a name

== filter
failure T
times C:5s;S:5s;R:2s;E:5s

== client
@ehlo
@mail
> EHLO bad
< 501 5.5.2 what a name
@send
< 250 2.0.0 queued as 1
@quit

== filter saw
OPTNEG *
CONNECT *
HELO c.example
...
DATA
HEADER *
EOH
BODY *
EOM
QUIT
(eof)
