# A filter with hundreds of edits is served; the order is the filter's.

== filter
EOM:
    raw \{300*\0\0\0\x07hX-A\0b\0}
    accept

== client
@ehlo
@mail
@send
< 250 2.0.0 queued as 1
@quit

== delivered
Subject: t
\{299*X-A: b\r\n}X-A: b

hello
