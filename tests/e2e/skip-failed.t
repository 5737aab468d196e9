# A filter that failed, and then is left out of a large mail, is still failed for
# the next one: F=T answers that, and it is not spoken to again.

== config
[MailFilter]
Skip0 = larger=1000

== filter 0
failure ${FAILURE}
MAIL: close

== filter 1

== client
@ehlo
> MAIL FROM:<a@x>
< ${REPLY}
> MAIL FROM:<a@x> SIZE=2000
< 250 2.1.0 sender ok
> RCPT TO:<b@y>
< 250 2.1.5 recipient ok
> DATA
< 354 *
>> A: b\r\n\r\n\{200*12345678\r\n}.\r\n
< 250 2.0.0 queued as 1
> MAIL FROM:<a@x>
< ${REPLY}
@quit

== filter 0 saw
OPTNEG *
CONNECT *
HELO *
MAIL *
(we closed)

== log
/ filter filter0 .*: at mail after
!/ (?s)filter filter0 .*: at mail .*filter filter0 .*: at 

== table
case | FAILURE | REPLY
T    | T | 451 4.3.2 *
R    | R | 550 5.7.1 *
