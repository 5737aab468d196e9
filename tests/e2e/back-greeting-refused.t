# The backend refuses this client: its text tells why, and it is an answer, so no
# other backend is asked (554 is for good, 421 for now).

== backend
connect: 554 5.7.1 you are listed
weight 1

== client
< 554 5.7.1 you are listed
> EHLO c.example
!reply any
> QUIT
!reply 221

== log
session end=<<refused|quit|backend>>
