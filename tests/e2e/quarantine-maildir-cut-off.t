# The client leaves, or SIGTERM comes, while the filter has not yet said its last
# word: nobody hears 250, the mail will be sent again, and nothing is kept.

== gate
maildir

== config
[MailFilter]
Quarantine = maildir:${MAILDIR}

== filter
EOM: quarantine virus // signal asked // hang

== client
@ehlo
@mail
@send
!wait asked
${HOW}

== delivered none

== log
! quarantine
mail result=aborted by=${BY}

== table
case  | HOW | BY
reset | !reset | client
term  | !kill TERM // < 421 4.3.2 * | gate
