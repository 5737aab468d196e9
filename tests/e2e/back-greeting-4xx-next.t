# A backend that is too busy (421) is passed over for the next.

== config
[Backend]
ConnectRetry = 1

== backend 0
weight 1000000
connect:
    ${GREETING}
    !close

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

== table
case   | GREETING
421    | 421 4.3.2 too busy
450    | 450 4.3.2 too busy
closed | !close
