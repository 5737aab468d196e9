# An EHLO that is refused leaves the state as it was (RFC 5321 section 4.1.4).

== backend
EHLO#2: 501 5.5.2 what a name

== client
@ehlo
@mail
> EHLO -
< 501 5.5.2 what a name
@send
< 250 2.0.0 queued as 1
@quit

== delivered
Subject: t

hello
