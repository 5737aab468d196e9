# What of the backend's must not be used through the gate is neither offered nor
# taken as a parameter: REQUIRETLS would be a lie without TLS on both sides (it
# is offered with, see tlspeer.py), FUTURERELEASE is for clients that have
# authenticated (RFC 4865), BINARYMIME is no text, and the rest brings data phases
# and roles of its own.

== backend
offer PIPELINING; SIZE 52428800; ${OFFERED}

== client
@greet
> EHLO c.example
!ehlo be.example greets you; PIPELINING; SIZE 52428800; CHUNKING; LIMITS MAILMAX=100 RCPTMAX=1000
> MAIL FROM:<a@x> ${PARAM}
< 555 5.5.4 *
@quit

== table
case       | OFFERED | PARAM
requiretls | REQUIRETLS | REQUIRETLS
future     | FUTURERELEASE 86400 2026-12-31T00:00:00Z | HOLDFOR=60
binary     | CHUNKING; BINARYMIME | BODY=BINARYMIME
conperm    | CONPERM; CONNEG | CONPERM
checkpoint | CHECKPOINT | TRANSID=<1@c>
prdr       | PRDR | PRDR
xverp      | XVERP | XVERP
auth-old   | AUTH=LOGIN | AUTH=<>
unknown    | X-FOO bar | X-FOO=bar
