# The same at MAIL: the recipients are taken, too.

== filter
MAIL#1: discard

== client
@ehlo
> MAIL FROM:<a@x>
< 250 <<.*>>
> RCPT TO:<b@y>
< 250 <<.*>>
@send
< 250 2.0.0 *
@mail
@send
< 250 2.0.0 queued as 1
@quit

== delivered 1
Subject: t

hello
