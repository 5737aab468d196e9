# DataTimeout bounds the text of one mail.

== config
[Server]
DataTimeout = 1

== client
@ehlo
@mail
> DATA
< 354 *
>> Subject: t\r\n
< 421 4.4.2 *
!gone

== delivered none
