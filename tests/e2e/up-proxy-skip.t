# Rules by address go by the client's, not by that of the load balancer.

== config
[Server]
ProxyFrom = 127.0.0.1
[MailFilter]
Skip0 = ${SKIP}

== filter
protocol NOCONNECT NOHELO

== gate
env PROTO=TCP
env TCPREMOTEIP=127.0.0.1
env RELAYCLIENT=

== client
>> PROXY TCP4 192.0.2.7 192.0.2.1 4711 25\r\n
@ehlo
@mail
@quit

== filter saw
${SAW}

== table
case   | SKIP | SAW
client | 192.0.2.7 |
other  | 127.0.0.1 | OPTNEG * // MAIL * // RCPT * // ABORT // QUIT // (eof)
relay  | relayclient | OPTNEG * // MAIL * // RCPT * // ABORT // QUIT // (eof)
