# A replay of a thousand long recipients with their parameters is more than half
# a megabyte: nothing of it may be lost in a buffer, and the two sides must not
# wait for each other.

== gate
one-byte no

== backend
offer PIPELINING; DSN
RSET: !await 10 // 250 2.0.0 reset

== filter
protocol NR_RCPT NOHDRS
EOM: delrcpt gone@y // accept

== client
@ehlo
> MAIL FROM:<a@x>
> RCPT TO:<gone@y>
>> \{999*RCPT TO:<\{64*a}@\{60*b}.\{60*c}.example> NOTIFY=SUCCESS,FAILURE,DELAY ORCPT=rfc822;\{400*d}\r\n}
!replies 1001 250
@send
< 250 2.0.0 queued as 1
@quit

== delivered
Subject: t

hello
