# A client that waits for its greeting gets it, the backend's, when GreetPause is
# over.  One that is trusted is not made to wait at all.

== config
[Server]
GreetPause = ${PAUSE}
Trusted = ${TRUSTED}

== filter
CONNECT: continue

== client
@ehlo
@mail
@send
< 250 2.0.0 queued as 1
@quit

== table
case    | PAUSE | TRUSTED
waits   | 1     | 192.0.2.0/24
trusted | 1m    | 192.0.2.0/24, 127.0.0.1
