# A filter on trial that wants quarantine: the log says so, the mail goes on, and
# nothing is kept aside.  What it writes as reason stays one line of the log.

== gate
maildir

== config
[MailFilter]
Mode0 = monitor
Quarantine = ${KEY}

== filter
EOM: quarantine virus\nmail id=forged result=rejected // ${VERDICT}

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
monitor stage=eom would=<<quarantine.*virus.*>>
mail result=accepted by=backend
! quarantine
! mail id=forged

== table
case     | KEY | VERDICT
maildir  | maildir:${MAILDIR} | accept
reject   | reject | continue
tempfail | tempfail | accept
