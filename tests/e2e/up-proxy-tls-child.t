# A program as backend learns of the TLS that a load balancer has ended, and
# nothing of the load balancer's own with the launcher's wrapper.

== gate
child
env SSL_PROTOCOL=TLSv1.2
env SSL_CLIENT_S_DN=CN=balancer.example
env SSL_CLIENT_VERIFY=SUCCESS

== config
[Server]
ProxyFrom = 127.0.0.1

== client
>> \r\n\r\n\0\r\nQUIT\n\x21\x11\0\x22\xc0\0\x02\x07\xc0\0\x02\x01\x12\x67\0\x19\x20\0\x13\x01\0\0\0\0\x21\0\x07TLSv1.3\x23\0\x01X
@ehlo
@quit

== backend
offer PIPELINING

== child environment
TCPREMOTEIP=192.0.2.7
SSL_PROTOCOL=TLSv1.3
SSL_CIPHER=X
!SSL_CLIENT_S_DN
SSL_CLIENT_VERIFY=NONE

== log
session client=192.0.2.7 tls="TLSv1.3 X"
