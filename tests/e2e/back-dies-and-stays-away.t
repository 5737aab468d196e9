# The backend dies and nobody answers its port any more.

== config
[Backend]
ConnectRetry = 1
ConnectTimeout = 1

== backend
RCPT: 250 2.1.5 recipient ok // !stop // !close // !signal said

== client
@ehlo
@mail
!wait said
@send
< 451 4.<<[34].\d>> *
> QUIT
!reply 221

== delivered none
