# The backend that is dialled again lacks an extension that the client uses:
# 451, not a silent loss of what it asked for.

== backend
offer DSN; PIPELINING; SIZE 1000000
@1 RCPT: 250 2.1.5 recipient ok // !close // !signal said
@2 EHLO: 250-be.example // 250 PIPELINING

== client
@ehlo
> MAIL FROM:<a@x> RET=HDRS
< 250 2.1.0 sender ok
> RCPT TO:<b@y> NOTIFY=NEVER
< 250 2.1.5 recipient ok
!wait said
@send
< 451 4.<<[34].\d>> *
> QUIT
!reply 221

== delivered none
