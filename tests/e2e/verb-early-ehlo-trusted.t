# A trusted client may send commands behind EHLO: old mailers of the own network
# do it, and would be cut off.

== gate
one-byte no

== config
[Server]
Trusted = 127.0.0.0/8

== client
@greet
> EHLO c.example
> MAIL FROM:<a@x>
!reply 250
< 250 2.1.0 sender ok
@quit
