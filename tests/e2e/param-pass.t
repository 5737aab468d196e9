# Parameters whose extension was offered go to the backend as they came.

== backend
offer PIPELINING; SIZE 1000000; 8BITMIME; DSN; SMTPUTF8; MT-PRIORITY; DELIVERBY; NO-SOLICITING; MTRK; RRVS

== client
@ehlo
> MAIL FROM:<a@x> ${MAIL}
< 250 2.1.0 sender ok
> RCPT TO:<b@y> ${RCPT}
< 250 2.1.5 recipient ok
@quit

== backend saw
(connect)
EHLO c.example
MAIL FROM:<a@x> ${MAIL}
RCPT TO:<b@y> ${RCPT}
...

== table
case  | MAIL | RCPT
dsn   | RET=HDRS ENVID=QQ+2B1 | NOTIFY=SUCCESS,DELAY ORCPT=rfc822;b+40y
never | RET=FULL | NOTIFY=NEVER
8bit  | BODY=8BITMIME | NOTIFY=FAILURE
7bit  | BODY=7BIT | NOTIFY=FAILURE
utf8  | SMTPUTF8 BODY=8BITMIME | ORCPT=utf-8;b
case  | body=8bitmime | notify=never
prio  | MT-PRIORITY=-4 | NOTIFY=DELAY,FAILURE
by    | BY=120;RT | ORCPT=rfc822;b@y
mtrk  | MTRK=bGFtcA:86400 | RRVS=2014-04-03T23:01:00Z;R
adv   | SOLICIT=org.example:ADV:ADLT | RRVS=2014-04-03T23:01:00+02:00
utf8v | SMTPUTF8 | ORCPT=utf-8;\xc3\xbc@y
