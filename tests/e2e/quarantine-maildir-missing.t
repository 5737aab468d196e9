# No Maildir there: the client keeps the mail (451); never delivered, never lost.

== config
[MailFilter]
Quarantine = maildir:/nonexistent/maildir

== filter
EOM: quarantine spam // accept

== client
@ehlo
@mail
@send
< 451 4.3.<<\d>> *
@quit

== delivered none

== log
mail result=tempfailed
