# After the dot was sent the outcome is carried through: the client learns it, or
# it would send the mail again.

== backend
body: !signal there // !wait done // 250 2.0.0 queued as 1

== client
@ehlo
@mail
@send
!wait there
!kill TERM
!signal done
< 250 2.0.0 queued as 1
< 421 4.3.2 *
!gone

== delivered
Subject: t

hello
