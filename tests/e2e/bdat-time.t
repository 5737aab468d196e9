# DataTimeout and SocketTimeout hold for chunks as for DATA: a client cannot
# keep a process by never sending the rest.

== config
[Server]
${KEY} = 1

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
chunk   | DataTimeout | 100 | 
idle    | SocketTimeout | 100 LAST | 
between | SocketTimeout | 14 | < 250 2.0.0 14 *
