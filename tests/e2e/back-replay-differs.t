# After a redial the backend refuses a recipient that the client was told is
# accepted: all or nothing, 451 (the client tries again, nobody is lost).

== backend
@1 RCPT#2: 250 2.1.5 recipient ok // !close // !signal said
@2 RCPT <b@y>: 550 5.1.1 gone since

== client
@ehlo
@mail
> RCPT TO:<c@y>
< 250 2.1.5 recipient ok
!wait said
@send
< <<451 4.3.0>> *
> QUIT
!reply 221

== delivered none
