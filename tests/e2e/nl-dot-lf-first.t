# The same with a bare LF is not the end (sequence 23).

== config
[Server]
BareNewline = normalize

== client
@ehlo
@mail
> DATA
< 354 *
>> .\nrest\r\n.\r\n
< 250 2.0.0 queued as 1
@quit

== delivered

..
rest
