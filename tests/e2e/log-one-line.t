# Whatever clients, filters and backends write, a log line stays one line and its
# keys stay the gate's own.

== backend
body: 250 2.0.0 ok" result=rejected by="x

== filter
RCPT <bad@y>: reply 550 5.7.1 a" by=gate code="250\x1b[2J

== client
@greet
> EHLO c.example" end=stop x="
!reply any
> HELO c.example
!reply any
> MAIL FROM:<"a\\" result=x "@x>
< 250 2.1.0 sender ok
> RCPT TO:<bad@y>
!reply 550
> RCPT TO:<b@y>
< 250 2.1.5 recipient ok
@send
!reply 250
@quit

== log
refused stage=rcpt by=filter:filter0 code=550
mail result=accepted by=backend code=250
session end=quit
!/ \x1b
