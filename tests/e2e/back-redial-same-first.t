# A backend that was lost is tried first when it is dialled again: what it said of
# sender and recipients is worth more than another's opinion, whatever the weights.

== backend 0
weight 0
@1 RCPT: 250 2.1.5 recipient ok // !close // !signal said

== backend 1
weight 1000000
@1 EHLO: 421 4.3.2 going down // !close

== client
@ehlo
@mail
!wait said
@send
< 250 2.0.0 queued as 1
@quit

== backend 1 saw
(connect)
EHLO c.example
(we closed)

== delivered at 0
Subject: t

hello
