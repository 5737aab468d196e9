# Backends behind a unix socket and over IPv6.

== gate
needs ${NEEDS}

== backend
listen ${HOW}

== client
@ehlo
@mail
@send
< 250 2.0.0 queued as 1
@quit

== delivered
Subject: t

hello

== table
case | HOW | NEEDS
unix | unix | nothing
tcp6 | tcp6 | ipv6
