# Parameters whose extension was offered go to the backend as they came.

== backend
offer PIPELINING; SIZE 1000000; 8BITMIME; DSN; SMTPUTF8

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
