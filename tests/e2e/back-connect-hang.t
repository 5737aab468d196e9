# A backend whose machine answers nothing at all: ConnectTimeout, then the next.

== config
[Backend]
ConnectTimeout = 1
ConnectRetry = 1

== backend 0
listen full
weight 1000000

== backend 1
weight 0

== client
@ehlo
@mail
@send
< 250 2.0.0 queued as 1
@quit

== delivered at 1
Subject: t

hello
