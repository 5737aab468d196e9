# "unknown" is what an admin must look into: the line has envelope and size.

== backend
body: !close

== client
@ehlo
@mail
@send
< 451 4.4.2 *
!close

== log
mail from=<a@x> to=<b@y> size=21 result=unknown by=backend code=451
