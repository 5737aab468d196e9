# A client that the launcher's rules let relay (RELAYCLIENT) is trusted: it is not
# made to wait for the greeting, and may talk early.

== gate
env RELAYCLIENT=

== config
[Server]
GreetPause = 1m

== client
>> EHLO c.example\r\nMAIL FROM:<a@x>\r\n
< 220 be.example ESMTP
!reply 250
< 250 2.1.0 sender ok
@quit
