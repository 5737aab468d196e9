# A backend on a Unix socket that was lost is connected again as one over TCP is:
# the end of the first connection, which both sides of such a socket see at once,
# must not stick to the second.

== backend
listen unix
MAIL#1: !close

== client
@ehlo
@mail
@send
< 250 2.0.0 queued as 1
@quit

== delivered 1
Subject: t

hello
