# A parameter whose value is none by the RFC of its extension does not reach the
# backend, which would judge it as coming from the gate: 501, also where the
# backend would be lenient.

== backend
offer PIPELINING; SIZE 1000000; 8BITMIME; DSN; SMTPUTF8; MT-PRIORITY; DELIVERBY; NO-SOLICITING; MTRK; RRVS

== client
@ehlo
> MAIL FROM:<a@x>${MAIL}
< ${SAYS}
> RCPT TO:<b@y>${RCPT}
< ${TOLD}
@quit

== backend saw
(connect)
EHLO c.example
...
QUIT
(we closed)

== table
case      | MAIL | SAYS | RCPT | TOLD
ret       | \x20RET=BODY | 501 5.5.4 * | \{0*} | 503 5.5.1 *
envid     | \x20ENVID=a+b | 501 5.5.4 * | \{0*} | 503 5.5.1 *
envid-len | \x20ENVID=\{101*x} | 501 5.5.4 * | \{0*} | 503 5.5.1 *
prio      | \x20MT-PRIORITY=10 | 501 5.5.4 * | \{0*} | 503 5.5.1 *
by        | \x20BY=soon;R | 501 5.5.4 * | \{0*} | 503 5.5.1 *
binary    | \x20BODY=BINARYMIME | 501 5.5.4 * | \{0*} | 503 5.5.1 *
size      | \x20SIZE=1e9 | 501 5.5.4 * | \{0*} | 503 5.5.1 *
utf8      | \x20SMTPUTF8=yes | 501 5.5.4 * | \{0*} | 503 5.5.1 *
8-bit     | \x20ENVID=\xc3\xbc | 553 5.6.7 * | \{0*} | 503 5.5.1 *
twice     | \x20RET=FULL ret=HDRS | 501 5.5.4 * | \{0*} | 503 5.5.1 *
notify    | \{0*} | 250 * | \x20NOTIFY=NEVER,DELAY | 501 5.5.4 *
orcpt     | \{0*} | 250 * | \x20ORCPT=b@y | 501 5.5.4 *
orcpt-8   | \{0*} | 250 * | \x20ORCPT=utf-8;\xc3\xbc@y | 553 5.6.7 *
rrvs      | \{0*} | 250 * | \x20RRVS=today | 501 5.5.4 *
twice-r   | \{0*} | 250 * | \x20ORCPT=rfc822;a ORCPT=rfc822;b | 501 5.5.4 *
