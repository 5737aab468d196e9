# What was refused for its size is found in the log.

== config
[Server]
MaxMessageSize = 100

== client
@ehlo
@mail
> DATA
< 354 *
>> \r\n\{20*12345678\r\n}.\r\n
< 552 5.3.4 *
@quit

== log
mail from=<a@x> result=rejected by=gate code=552
