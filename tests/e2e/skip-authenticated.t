# Filters that are not for a site's own users: who has authenticated passes them,
# who has not does not.

== config
[Server]
PlainAuth = always
[MailFilter]
Skip0 = authenticated

== backend
offer AUTH PLAIN

== filter

== client
@ehlo
@mail
> RSET
< 250 *
> AUTH PLAIN AGpvZQBzZWNyZXQ=
< 235 2.7.0 welcome
> MAIL FROM:<b@x>
< 250 *
@quit

== filter saw
OPTNEG *
CONNECT *
HELO *
MAIL <a@x>
RCPT <b@y>
ABORT
QUIT
(eof)
