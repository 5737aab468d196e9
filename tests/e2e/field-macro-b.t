# andybalholm/spamass-milter #9: {b} was wrong and SpamAssassin scored
# DATE_IN_FUTURE; it builds its Received line from b, r, s and _ at the first
# recipient. b is a date of RFC 5322, r the protocol, s the name in HELO.

== filter
symlist RCPT b r s _ i

== client
@greet
> ${HELLO} c.example
!reply 250
@mail
@send
< 250 2.0.0 queued as 1
@quit

== filter macros
MAIL "b=<<(Mon|Tue|Wed|Thu|Fri|Sat|Sun), [0-9]{1,2} [A-Z][a-z]{2} [0-9]{4} [0-9]{2}:[0-9]{2}:[0-9]{2} [+-][0-9]{4}.*>>" r=${PROTO} s=c.example
RCPT "b=<<[A-Z][a-z]{2}, [0-9]{1,2} [A-Z][a-z]{2} 20[0-9]{2} [0-9]{2}:[0-9]{2}:[0-9]{2} [+-][0-9]{4}.*>>" r=${PROTO} s=c.example "_=<<.*>>[127.0.0.1]" i=<<[A-Za-z0-9]+>> only

== table
case | HELLO | PROTO
ehlo | EHLO | ESMTP
helo | HELO | SMTP
