# What a filter takes is not the client's time: one that has sent its chunks at
# once is not too slow because a filter looked at the first of them for long.

== config
[Server]
MinDataRate = 1G
DataGrace = 3

== filter
times C:10s;S:10s;R:15s;E:30s
HEADER: delay 40 progress // continue

== client
@ehlo
@mail
>> BDAT 15\r\nSubject: t\r\n\r\nxBDAT 1\r\nyBDAT 3 LAST\r\nz\r\n
!replies 2 250
< 250 2.0.0 queued as 1
@quit

== delivered
Subject: t

xyz
