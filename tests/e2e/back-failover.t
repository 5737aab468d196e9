# The first backend refuses the connection: the second serves the client, who
# notices nothing.

== backend 0
listen refuse
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

== log
mail result=accepted backend=<<.*>>
