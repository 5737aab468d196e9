# With no other backend the client gets the 421 of the only one.

== backend
connect: 421 4.3.2 too busy // !close

== client
< 421 4.3.2 too busy
!gone
