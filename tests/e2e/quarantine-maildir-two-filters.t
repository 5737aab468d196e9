# Of several filters that ask for quarantine the last one is named, with the last
# reason that it gave.

== gate
maildir

== config
[MailFilter]
Quarantine = maildir:${MAILDIR}
Name1 = second

== filter 0
EOM: quarantine zero // addheader X-A|a // accept

== filter 1
EOM: quarantine one // quarantine two // continue

== filter 2
EOM: addheader X-B|b // accept

== client
@ehlo
@mail
@send
< 250 2.0.0 *
@quit

== maildir
Return-Path: <a@x>
...
X-Quarantine-Filter: second
X-Quarantine-Reason: two
Subject: t
X-A: a
X-B: b

hello

== delivered none

== log
quarantine filter=second reason=two
mail result=quarantined by=filter:second stage=eom code=250 nrcpt=1
! mail result=accepted
! mail result=quarantined by=backend
session mails=0
