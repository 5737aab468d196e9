# Secrets never go to a filter: a client that talks AUTH to a server without it
# has already sent its password.

== filter

== client
@ehlo
> AUTH PLAIN AGpvZQBzZWNyZXQ=
< <<50[23] 5.5.1>> *
@mail
@quit

== filter saw
OPTNEG *
CONNECT *
HELO *
MAIL *
RCPT *
ABORT
QUIT
(eof)

== log
session auth=-
