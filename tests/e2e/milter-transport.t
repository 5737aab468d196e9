# Filters behind a unix socket and over IPv6.

== gate
needs ${NEEDS}

== filter
listen ${HOW}
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
case | HOW | NEEDS
unix | unix | nothing
tcp6 | tcp6 | ipv6
