# A command line without end in sight takes no memory and no session.

== gate
one-byte no

== client
@ehlo
>> \{1000000*x}\r\n
< 500 5.5.<<[26]>> *
> NOOP
< 250 2.0.0 *
@quit
