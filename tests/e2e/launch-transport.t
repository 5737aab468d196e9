# Whatever the descriptors are: TCP, a unix socket, pipes.

== gate
transport ${HOW}
needs ${NEEDS}
one-byte always

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
case   | HOW | NEEDS
tcp4   | tcp4 | nothing
tcp6   | tcp6 | ipv6
mapped | mapped | ipv6
unix   | unix | nothing
pipe   | pipe | nothing
