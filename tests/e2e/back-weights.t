# Weight 0 is a reserve: used only when all others are down.

== backend 0
weight 0

== backend 1
weight 10

== client
@ehlo
@quit

== backend 0 saw

== backend 1 saw
(connect)
EHLO c.example
QUIT
(we closed)
