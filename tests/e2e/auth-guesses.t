# A client that guesses passwords must not have as many guesses as it likes.

== config
[Server]
PlainAuth = always
MaxErrors = 3

== backend
offer AUTH PLAIN
AUTH: 535 5.7.8 no

== client
@ehlo
> AUTH PLAIN AGpvZQBzZWNyZXQ=
< 535 5.7.8 no
> AUTH PLAIN AGpvZQBzZWNyZXQ=
< 535 5.7.8 no
> AUTH PLAIN AGpvZQBzZWNyZXQ=
< 535 5.7.8 no
< 421 4.7.0 *
!eof

== log
session auth=- errors=3 end=errors
