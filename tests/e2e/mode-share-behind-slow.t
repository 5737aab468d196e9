# The share is of the time from its own question on: a filter on trial behind one
# that took long is asked all the same, or its trial says nothing.

== config
[MailFilter]
ChainTimeout = 4
Mode1 = monitor

== filter 0
EOM: delay 23 progress // accept

== filter 1
times C:60s;S:60s;R:60s;E:60s
EOM: reject

== client
@ehlo
@mail
@send
< 250 2.0.0 queued as 1
@quit

== filter 1 saw
...
EOM
QUIT
(eof)

== log
monitor filter=filter1 stage=eom would=reject
mail result=accepted by=backend
