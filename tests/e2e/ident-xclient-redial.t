# After a redial the identity is sent again: a replay in the gate's own name
# would pass checks that the client would not.

== config
[Backend]
Identity = xclient

== backend
offer PIPELINING; XCLIENT NAME ADDR PORT
@1 RCPT: 250 2.1.5 recipient ok // !close // !signal said

== client
< 220 be.example ESMTP again
> EHLO c.example
!reply 250
@mail
!wait said
@send
< 250 2.0.0 queued as 1
@quit

== backend saw
(connect)
...
RCPT TO:<b@y>
(we closed)
(connect)
EHLO gate.example
XCLIENT <<.*>>ADDR=127.0.0.1
EHLO c.example
MAIL FROM:<a@x><<( SIZE=\d+)?>>
RCPT TO:<b@y>
DATA
(mail 1)
QUIT
(we closed)
