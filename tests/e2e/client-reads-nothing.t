# A client that pipelines without reading: bounded memory, and the gate does not
# wait for it for ever.

== gate
one-byte no

== config
[Server]
SocketTimeout = 2
MaxJunk = 100000

== client
@ehlo
>> \{2000*NOOP\r\n}
!replies 2000 250
@quit
