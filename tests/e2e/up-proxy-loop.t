# A load balancer that is also the backend: it says where the client went, and
# that is where the gate would go.

== config
[Server]
ProxyFrom = 127.0.0.1
[Backend]
Server0 = 192.0.2.1:25 10
ConnectRetry = 0

== client
>> PROXY TCP4 192.0.2.7 192.0.2.1 4711 25\r\n
< 421 4.3.5 *
!gone

== log
/ leads back to the gate itself
