# A backend that takes no more of a mail must not occupy gate and client for as
# long as it likes: after WriteTimeout it is lost, before the final dot, and
# after a second attempt the client is told to try again.

== gate
one-byte no

== config
[Server]
SpoolMemory = ${MEMORY}
[Backend]
WriteTimeout = 1

== backend
DATA: 354 go // !wait answered

== client
@ehlo
@mail
> DATA
< 354 *
>> \r\n${DOT}x\r\n\{250000*0123456789012345678901234567890123456789012345678901234567890123456789\r\n}.\r\n
< 451 4.4.2 *
!signal answered
@quit

== delivered none

== log
/ backend .*: timed out
mail result=tempfailed by=backend stage=data

== table
case     | MEMORY | DOT
sendfile | 64K    | x
write    | 64K    | ..
