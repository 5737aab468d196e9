# A filter on trial sees what it would see in force: every command and macro, the
# edits of those before it; its own edits and verdicts nobody else notices.

== config
[MailFilter]
Mode1 = monitor

== backend
RCPT <no@y>: 550 5.1.1 no such user

== filter 0
protocol HDR_LEADSPC
EOM#1: addheader X-First| 1 // insheader 0 X-Top| 0 // replbody first\r\n // addrcpt first@y // accept

== filter 1
protocol HDR_LEADSPC RCPT_REJ
RCPT <d@y>: reject
UNKNOWN: reply 550 5.7.1 no
EOM#1: addheader X-Trial| 1 // chgheader 1 Subject| other // replbody trial\r\n // addrcpt trial@y // delrcpt b@y // chgfrom trial@z // accept
EOM#2: reply 550 5.7.9 never

== filter 2
protocol HDR_LEADSPC

== client
@ehlo
> FOO
!reply 500
> MAIL FROM:<a@x>
< 250 2.1.0 sender ok
> RCPT TO:<no@y>
< 550 5.1.1 no such user
> RCPT TO:<b@y>
< 250 2.1.5 recipient ok
> RCPT TO:<d@y>
< 250 2.1.5 recipient ok
@send
< 250 2.0.0 queued as 1
@mail
> RSET
< 250 2.0.0 *
@mail
@send
< 250 2.0.0 queued as 2
@quit

== filter 1 saw
OPTNEG *
CONNECT *
HELO c.example
UNKNOWN FOO
MAIL <a@x>
RCPT <no@y>
RCPT <b@y>
RCPT <d@y>
DATA
HEADER X-Top| 0
HEADER Subject| t
HEADER X-First| 1
EOH
BODY 7 first\r\n
EOM
MAIL <a@x>
RCPT <b@y>
ABORT
MAIL <a@x>
RCPT <b@y>
DATA
HEADER Subject| t
EOH
BODY 7 hello\r\n
EOM
QUIT
(eof)

== filter 1 macros
CONNECT j=gate.example
MAIL i=<<.+>> {mail_addr}=a@x
RCPT {rcpt_mailer}=error
RCPT#2 {rcpt_addr}=b@y
DATA i=<<.+>>
EOM i=<<.+>>

== filter 2 saw
OPTNEG *
CONNECT *
HELO c.example
UNKNOWN FOO
MAIL <a@x>
RCPT <b@y>
RCPT <d@y>
DATA
HEADER X-Top| 0
HEADER Subject| t
HEADER X-First| 1
EOH
BODY 7 first\r\n
EOM
MAIL <a@x>
RCPT <b@y>
ABORT
MAIL <a@x>
RCPT <b@y>
DATA
HEADER Subject| t
EOH
BODY 7 hello\r\n
EOM
QUIT
(eof)

== delivered 1
X-Top: 0
Subject: t
X-First: 1

first

== delivered 2
Subject: t

hello

== backend saw
(connect)
EHLO c.example
MAIL FROM:<a@x>
RCPT TO:<no@y>
RCPT TO:<b@y>
RCPT TO:<d@y>
RCPT TO:<first@y>
DATA
(mail 1)
MAIL FROM:<a@x>
RCPT TO:<b@y>
RSET
MAIL FROM:<a@x>
RCPT TO:<b@y>
DATA
(mail 2)
QUIT
(we closed)

== log
monitor filter=filter1 stage=unknown would=reject code=550 reply="5.7.1 no"
monitor filter=filter1 stage=rcpt would=reject
monitor filter=filter1 stage=eom would=<<.*X-Trial.*>>
monitor filter=filter1 stage=eom would=<<.*Subject.*>>
monitor filter=filter1 stage=eom would=<<.*trial@y.*>>
monitor filter=filter1 stage=eom would=<<.*b@y.*>>
monitor filter=filter1 stage=eom would=<<.*trial@z.*>>
monitor filter=filter1 stage=eom would=<<.*body.*>>
mail result=accepted by=backend nrcpt=3 from=<a@x>
monitor filter=filter1 stage=eom would=reject code=550 reply="5.7.9 never"
mail result=accepted by=backend nrcpt=1
! refused by=<<filter:.*>>
! monitor filter=filter0
! monitor filter=filter2
