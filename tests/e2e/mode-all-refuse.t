# Nobody but filters on trial, and all of them say no: each has its line, and the
# mail goes through.

== config
[MailFilter]
Mode0 = monitor
Mode1 = Monitor
Mode2 = MONITOR
Mode3 = enforce

== filter 0
label one
EOM: reject

== filter 1
label two
EOM: tempfail

== filter 2
label "three"
EOM: reply 550-5.7.1 one line\r\n550 5.7.1 and another

== filter 3
label four

== client
@ehlo
@mail
@send
< 250 2.0.0 queued as 1
@quit

== delivered
Subject: t

hello

== log
monitor filter=one stage=eom would=reject code=0 reply=-
monitor filter=two stage=eom would=tempfail code=0 reply=-
monitor filter=three stage=eom would=reject code=550 reply="5.7.1 one line"
mail result=accepted by=backend stage=dot code=250
! monitor filter=four
