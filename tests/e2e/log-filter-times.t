# Which of several filters is slow?  Each mail says how long each one took.

== config
[MailFilter]
Name0 = "slow, and: odd"

== filter 0
EOM: accept

== filter 1
MAIL#2: accept

== client
@ehlo
@mail
@send
< 250 2.0.0 queued as 1
@mail
@send
< 250 2.0.0 queued as 2
@quit

== log
/ mail .*code=250 .* ms=\d+ filters="slow_ and_ odd:\d+,filter1:\d+"
