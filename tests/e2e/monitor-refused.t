# The same when it cannot be reached at all.

== config
[MailFilter]
Mode0 = monitor

== filter
listen refuse
failure 4

== client
@ehlo
@mail
@send
< 250 2.0.0 queued as 1
@quit
