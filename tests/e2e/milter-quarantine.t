# There is no queue to hold a mail in.  A filter that wants quarantine has found
# a virus: the mail is refused, never delivered nor dropped.

== config
[MailFilter]
${KEY}

== filter
EOM:
    quarantine found Eicar
    ${VERDICT}

== client
@ehlo
@mail
@send
< ${REPLY}
@quit

== delivered none

== table
case     | KEY | VERDICT | REPLY
default  |  | accept | 550 5.7.1 *
reject   | Quarantine = reject | continue | 550 5.7.1 *
tempfail | Quarantine = tempfail | accept | 451 4.<<\d.\d>> *
refused  | Quarantine = tempfail | reject | 554 5.7.1 *
