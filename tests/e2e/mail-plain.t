# One mail through the gate without filters: the envelope goes live to the
# backend, the gate itself answers DATA, the backend's last word is passed.
# If this breaks, nothing works for anybody.

== gate
one-byte always

== client
< 220 be.example ESMTP
> EHLO c.example
!ehlo be.example greets you; CHUNKING; LIMITS MAILMAX=100 RCPTMAX=1000; PIPELINING; SIZE 20480000; 8BITMIME; ENHANCEDSTATUSCODES
> MAIL FROM:<a@x> SIZE=100
< 250 2.1.0 sender ok
> RCPT TO:<b@y>
< 250 2.1.5 recipient ok
> DATA
< 354 *
> Subject: t
>
> hello
> .
< 250 2.0.0 queued as 1
> QUIT
< 221 2.0.0 *

== backend saw
(connect)
EHLO c.example
MAIL FROM:<a@x> SIZE=<<[0-9]+>>
RCPT TO:<b@y>
DATA
(mail 1)
QUIT
(we closed)

== delivered
Subject: t

hello

== log
mail client=127.0.0.1 helo=c.example from=<a@x> nrcpt=1 result=accepted by=backend code=250
session client=127.0.0.1 port=${CPORT} helo=c.example proto=ESMTP mails=1 rcpts=1 end=quit
