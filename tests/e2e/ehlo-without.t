# Each extension with a backend that lacks it: not offered, and its parameter is
# refused and not dropped, since the client counts on it.

== backend
offer PIPELINING; SIZE 52428800

== client
@greet
> EHLO c.example
!ehlo be.example greets you; PIPELINING; CHUNKING; SIZE 52428800; LIMITS MAILMAX=100 RCPTMAX=1000
> MAIL FROM:<a@x> ${MAIL}
< 555 5.5.4 *
> MAIL FROM:<a@x>
< 250 2.1.0 sender ok
> RCPT TO:<b@y> ${RCPT}
< 555 5.5.4 *
@quit

== backend saw
(connect)
EHLO c.example
MAIL FROM:<a@x>
...
QUIT
(we closed)

== table
case          | MAIL | RCPT
8bitmime      | BODY=8BITMIME | BODY=8BITMIME
smtputf8      | SMTPUTF8 | SMTPUTF8
dsn           | ENVID=x | ORCPT=rfc822;b@y
dsn-notify    | RET=HDRS | NOTIFY=DELAY
mt-priority   | MT-PRIORITY=3 | MT-PRIORITY=3
deliverby     | BY=300;NT | BY=300;NT
no-soliciting | SOLICIT=org.example:ADV | SOLICIT=org.example:ADV
rrvs          | RRVS=2014-04-03T23:01:00Z | RRVS=2014-04-03T23:01:00Z
mtrk          | MTRK=bGFtcA | MTRK=bGFtcA
future        | HOLDFOR=60 | HOLDFOR=60
requiretls    | REQUIRETLS | REQUIRETLS
auth          | AUTH=<> | AUTH=<>
