# A client takes minutes for its data: the backend, which has sender and recipients
# since long, is kept awake, or it hangs up (Postfix: 5 minutes, 10 s under stress)
# and everything is to be said again.

== config
[Backend]
KeepAlive = 1

== backend
NOOP#1: 250 2.0.0 ok // !signal first
NOOP#2:
    ${SAYS}
    !signal second

== client
@ehlo
@mail
> DATA
!reply 354
>> Subject: t\r\n
!wait first
>> \r\nhel
!wait second
>> lo\r\n.\r\n
< 250 2.0.0 queued as 1
@mail
@quit

== backend saw
(connect)
EHLO c.example
MAIL FROM:<a@x>
RCPT TO:<b@y>
NOOP
NOOP
DATA
(mail 1)
MAIL FROM:<a@x>
RCPT TO:<b@y>
QUIT
(we closed)

== delivered
Subject: t

hello

== table
case    | SAYS
250     | 250 2.0.0 ok
lines   | 250-2.0.0 well // 250 2.0.0 ok
unknown | 502 5.5.1 no NOOP here
