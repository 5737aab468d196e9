# The debug log is what people send to mailing lists: no response, no challenge
# and no initial response may stand there.

== gate
args -d

== config
[Server]
PlainAuth = always

== backend
offer AUTH LOGIN CRAM-MD5
AUTH: 334 c2VjcmV0
response#1: 334 c2VjcmV0

== client
@ehlo
> AUTH LOGIN${INITIAL}
< 334 c2VjcmV0
> ${NEXT}
< 334 c2VjcmV0
> c2VjcmV0
< 235 2.7.0 welcome
@quit

== log
/ backend < AUTH LOGIN
/ client > \*\*\*\*
!/ c2VjcmV0|secret

== table
case | INITIAL | NEXT
none | \{0*} | am9l
some | \x20am9l | c2VjcmV0
