# Thousands of commands in one go: every one gets its answer, in bounded memory
# and without a dead lock between two full pipes.

== config
[Server]
MaxJunk = 100000
MaxErrors = 100000
ErrorDelay = 0

== gate
one-byte no

== client
@ehlo
>> \{20000*NOOP\r\n}
!replies 20000 250
>> \{20000*FOO\r\n}
!replies 20000 500
@quit
