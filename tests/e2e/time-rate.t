# A client that sends its mail slower than MinDataRate is cut off when DataGrace
# is over, although it is never silent for long; one that has sent enough in time
# is not.

== config
[Server]
MinDataRate = ${RATE}
DataGrace = 1
SocketTimeout = ${IDLE}

== client
@ehlo
@mail
> DATA
< 354 *
>> Subject: t\r\n\r\n\{100*0123456789\r\n}
< 421 4.4.2 *
!gone

== delivered none

== log
mail result=aborted by=client stage=data size=1214
session end=timeout

== table
case | RATE | IDLE
slow | 1M   | 5m
any  | 0    | 2
