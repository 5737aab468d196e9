# The client hangs up while the filter thinks, and the filter wants the mail
# kept aside.  The client will send it again: it is not kept twice.

== gate
maildir

== config
[MailFilter]
Quarantine = maildir:${MAILDIR}

== filter
EOM: signal thinking // wait gone // quarantine Eicar // accept

== client
@ehlo
@mail
@send
!wait thinking
!halfclose
!signal gone
!close

== delivered none

== log
mail result=aborted by=client
