# Filters trust who has authenticated: OpenDKIM signs for whom {auth_type} is set,
# greylisting lets pass whom {auth_authen} names.  Before the 235 nobody may
# have them, and behind it each mail must.

== config
[Server]
PlainAuth = always

== backend
offer AUTH PLAIN; DSN
AUTH#1: 535 5.7.8 no

== filter

== client
@ehlo
> AUTH PLAIN AGV2aWwAd3Jvbmc=
< 535 5.7.8 no
> MAIL FROM:<a@x> AUTH=evil
< 250 2.1.0 sender ok
> RSET
< 250 *
> AUTH PLAIN AGpvZQBzZWNyZXQ=
< 235 2.7.0 welcome
> MAIL FROM:<a@x> AUTH=joe+40x
< 250 2.1.0 sender ok
> RSET
< 250 *
> EHLO again.example
!reply 250
> MAIL FROM:<a@x> AUTH=<>
< 250 2.1.0 sender ok
> RSET
< 250 *
@mail
@quit

== filter macros
MAIL#1 !{auth_type} !{auth_authen} !{auth_author} !{auth_ssf}
MAIL#2 {auth_type}=PLAIN {auth_authen}=joe {auth_author}=joe+40x {auth_ssf}=0
MAIL#3 {auth_type}=PLAIN {auth_authen}=joe !{auth_author} {auth_ssf}=0
MAIL#4 {auth_type}=PLAIN {auth_authen}=joe !{auth_author} {auth_ssf}=0

== backend saw
(connect)
EHLO c.example
AUTH PLAIN AGV2aWwAd3Jvbmc=
MAIL FROM:<a@x> AUTH=evil
RSET
AUTH PLAIN AGpvZQBzZWNyZXQ=
MAIL FROM:<a@x> AUTH=joe+40x
RSET
EHLO again.example
MAIL FROM:<a@x> AUTH=<>
RSET
MAIL FROM:<a@x>
RCPT TO:<b@y>
QUIT
(we closed)
