# SIGTERM while a reply is held back: the client hears it, and the goodbye, at
# once.

== config
[Server]
Tarpit = 1m

== backend
RCPT <no@y>: 550 5.1.1 no such user // !signal refused

== client
@ehlo
> MAIL FROM:<a@x>
< 250 2.1.0 sender ok
> RCPT TO:<no@y>
!wait refused
!kill TERM
< 550 5.1.1 no such user
< 421 4.3.2 *
!gone

== log
session end=stop
