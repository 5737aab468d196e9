# A filter that asks for quarantine and then dies has not accepted: what it asked
# for does not happen.

== gate
maildir

== config
[MailFilter]
Quarantine = maildir:${MAILDIR}

== filter
failure ${FAILURE}
EOM: quarantine zero // close

== client
@ehlo
@mail
@send
< ${REPLY}
!close

== log
! quarantine

== table
case | FAILURE | REPLY
none | none | 250 2.0.0 queued as 1
T    | T | 451 4.3.2 *
