# The order is CONNECT first, backend second: what a filter refuses costs the
# backend no connection.

== filter
CONNECT: reject

== client
< 554 *
> QUIT
!reply 221

== backend saw

== log
session end=<<refused|quit>>
