# The client is lost while the backend waits for it and has answered NOOPs: the
# backend gets its QUIT and no mail.  Without it postmasters look for a network
# trouble in "lost connection after NOOP".

== config
[Backend]
KeepAlive = 1

== backend
NOOP#1: 250 2.0.0 ok // !signal noop

== client
@ehlo
@mail
> DATA
!reply 354
>> Subject: t\r\n
!wait noop
!${HOW}

== delivered none

== backend saw
(connect)
EHLO c.example
MAIL FROM:<a@x>
RCPT TO:<b@y>
NOOP
QUIT
(we closed)

== log
mail result=aborted by=client stage=data

== table
case  | HOW
close | close
reset | reset
