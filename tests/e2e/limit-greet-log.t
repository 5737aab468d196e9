# EarlyTalk = log: who would be refused is in the log, and nobody is.

== config
[Server]
GreetPause = 1m
EarlyTalk = log

== client
>> HELO c.example\r\n
< 220 be.example ESMTP
< 250 be.example
@quit

== log
/ id=\w+: client 127\.0\.0\.1 spoke before the greeting
session errors=0 end=quit
