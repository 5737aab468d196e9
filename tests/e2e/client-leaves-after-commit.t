# The client is lost after the dot went to the backend: that cannot be undone; the
# log says that the mail was delivered.

== backend
body: !signal there // !wait gone // 250 2.0.0 queued as 1

== client
@ehlo
@mail
@send
!wait there
!${HOW}
!signal gone

== delivered
Subject: t

hello

== log
mail result=accepted by=backend

== table
case  | HOW
close | close
reset | reset
