# Each extension by itself, with a backend that has it: offered, and its
# parameter crosses.  Without it the parameter is refused: ehlo-without.

== backend
offer PIPELINING; SIZE 52428800; ${OFFERED}

== client
@greet
> EHLO c.example
!ehlo be.example greets you; PIPELINING; CHUNKING; SIZE 52428800; LIMITS MAILMAX=100 RCPTMAX=1000; ${WORDS}
> ${MAIL}
< 250 2.1.0 sender ok
> ${RCPT}
< 250 2.1.5 recipient ok
@quit

== backend saw
(connect)
EHLO c.example
${MAIL}
${RCPT}
...

== table
case          | OFFERED | WORDS | MAIL | RCPT
8bitmime      | 8BITMIME | 8BITMIME | MAIL FROM:<a@x> BODY=8BITMIME | RCPT TO:<b@y>
smtputf8      | SMTPUTF8; 8BITMIME | SMTPUTF8; 8BITMIME | MAIL FROM:<a@x> SMTPUTF8 | RCPT TO:<b@y>
dsn           | DSN | DSN | MAIL FROM:<a@x> RET=HDRS ENVID=x | RCPT TO:<b@y> NOTIFY=DELAY ORCPT=rfc822;b@y
enhanced      | ENHANCEDSTATUSCODES | ENHANCEDSTATUSCODES | MAIL FROM:<a@x> | RCPT TO:<b@y>
mt-priority   | MT-PRIORITY MIXER | MT-PRIORITY MIXER | MAIL FROM:<a@x> MT-PRIORITY=3 | RCPT TO:<b@y>
deliverby     | DELIVERBY 240 | DELIVERBY 240 | MAIL FROM:<a@x> BY=300;NT | RCPT TO:<b@y>
no-soliciting | NO-SOLICITING org.example:ADV | NO-SOLICITING org.example:ADV | MAIL FROM:<a@x> SOLICIT=org.example:ADV | RCPT TO:<b@y>
rrvs          | RRVS | RRVS | MAIL FROM:<a@x> | RCPT TO:<b@y> RRVS=2014-04-03T23:01:00Z
mtrk          | MTRK | MTRK | MAIL FROM:<a@x> MTRK=bGFtcA | RCPT TO:<b@y>
size          | 8BITMIME | 8BITMIME | MAIL FROM:<a@x> SIZE=1000 | RCPT TO:<b@y>
