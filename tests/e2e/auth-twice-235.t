# Two answers to one AUTH: from there on each answer would be that to the command
# before.

== config
[Server]
PlainAuth = always

== backend
offer AUTH PLAIN
AUTH: 235 2.7.0 welcome // 235 2.7.0 welcome again

== client
@ehlo
> AUTH PLAIN AGpvZQBzZWNyZXQ=
< 235 2.7.0 welcome
> MAIL FROM:<a@x>
< 421 4.4.2 *
!eof

== backend saw
(connect)
EHLO c.example
AUTH PLAIN AGpvZQBzZWNyZXQ=
<<\((eof|reset)\)>>
