# The same for a filter: it has failed, and F= says what follows.

== config
[MailFilter]
Filter0 = "S=inet:${LPORT}@127.0.0.1, F=T"

== client
< 220 gate.example ESMTP
> MAIL FROM:<a@x>
< 451 4.3.2 *
@quit

== log
/ filter filter0 .*leads back to the gate itself
