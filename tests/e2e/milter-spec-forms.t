# Every way to write a socket, Sendmail's and Postfix's.

== filter
spec ${SPEC}
EOM: addheader X-Seen|yes // continue

== client
@ehlo
@mail
@send
< 250 2.0.0 queued as 1
@quit

== delivered
Subject: t
X-Seen: yes

hello

== table
case        | SPEC
inet        | S=inet:${PORT}@127.0.0.1
literal     | S=inet:${PORT}@[127.0.0.1]
upper       | S=INET:${PORT}@127.0.0.1, F=T
postfix     | S=inet:127.0.0.1:${PORT}
long-words  | Socket=inet:${PORT}@127.0.0.1, Flags=T, Timeouts=C:5s;S:5s;R:10s;E:1m
blanks      | S=inet:${PORT}@127.0.0.1 , F=T , T=C:5s; S:5s; R:10s
hostname    | S=inet:${PORT}@localhost
