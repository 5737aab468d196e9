# DataTimeout, SocketTimeout and MinDataRate hold for chunks as for DATA: a client cannot
# keep a process by never sending the rest.

== config
[Server]
${KEY}

== client
@ehlo
@mail
>> BDAT ${N}\r\nSubject: t\r\n\r\n
${READ}
< 421 4.4.2 *
!gone

== delivered none

== table
case    | KEY | N | READ
chunk   | DataTimeout = 1 | 100 | 
idle    | SocketTimeout = 1 | 100 LAST | 
between | SocketTimeout = 1 | 14 | < 250 2.0.0 14 *
rate    | MinDataRate = 1G // DataGrace = 1 | 100 | 
