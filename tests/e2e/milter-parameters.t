# Parameters of MAIL and RCPT are strings of their own, as the client wrote them.

== backend
offer DSN; SIZE 100000; PIPELINING

== filter
failure T

== client
@ehlo
> MAIL FROM:<a@x> SIZE=1000 ret=HDRS ENVID=x+2By
< 250 2.1.0 sender ok
> RCPT TO:<b@y> NOTIFY=NEVER ORCPT=rfc822;b@y
< 250 2.1.5 recipient ok
@quit

== filter saw
...
MAIL <a@x> SIZE=1000 ret=HDRS ENVID=x+2By
RCPT <b@y> NOTIFY=NEVER ORCPT=rfc822;b@y
ABORT
QUIT
(eof)
