# A mail that a filter wants kept, but that it or a later one refuses or swallows,
# is not kept: the client was told what became of it.

== gate
maildir

== config
[MailFilter]
Quarantine = maildir:${MAILDIR}

== filter 0
EOM: quarantine zero // ${FIRST}

== filter 1
failure T
${STAGE}: ${SECOND}

== client
@ehlo
@mail
@send
< ${REPLY}
!close

== delivered none

== log
! quarantine
mail result=${RESULT}

== table
case     | FIRST | STAGE | SECOND | REPLY | RESULT
itself   | reject | DATA | continue | 554 5.7.1 * | rejected
itself-t | tempfail | DATA | continue | 451 4.3.2 * | tempfailed
itself-d | discard | DATA | continue | 250 2.0.0 OK | discarded
itself-r | reply 550 5.7.9 no | DATA | continue | 550 5.7.9 no | rejected
reject   | accept | EOM | reject | 554 5.7.1 * | rejected
tempfail | accept | BODY | tempfail | 451 4.3.2 * | tempfailed
discard  | accept | HEADER | discard | 250 2.0.0 OK | discarded
fails    | accept | EOM | close | 451 4.3.2 * | tempfailed
