# Skip: clients of these networks pass a filter, which is not even connected.

== gate
env PROTO=TCP
env TCPREMOTEIP=${CLIENT}

== config
[MailFilter]
Skip0 = ${SKIP}

== filter
protocol NOCONNECT NOHELO

== client
@ehlo
@mail
@quit

== filter saw
${SAW}

== table
case     | CLIENT | SKIP | SAW
in       | 192.0.2.77 | 192.0.2.0/24 | 
edge     | 192.0.2.255 | 192.0.2.0/24 | 
below    | 192.0.1.255 | 192.0.2.0/24 | OPTNEG * // MAIL * // RCPT * // ABORT // QUIT // (eof)
above    | 192.0.3.0 | 192.0.2.0/24 | OPTNEG * // MAIL * // RCPT * // ABORT // QUIT // (eof)
host     | 192.0.2.7 | 192.0.2.7 | 
other    | 192.0.2.8 | 192.0.2.7/32 | OPTNEG * // MAIL * // RCPT * // ABORT // QUIT // (eof)
list     | 10.1.2.3 | 192.0.2.0/24, 10.0.0.0/8 | 
all      | 203.0.113.9 | 0.0.0.0/0 | 
v6       | 2001:db8::5 | 2001:db8::/32 | 
v6-other | 2001:db9::5 | 2001:db8::/32 | OPTNEG * // MAIL * // RCPT * // ABORT // QUIT // (eof)
mixed    | 2001:db8::5 | 0.0.0.0/0 | OPTNEG * // MAIL * // RCPT * // ABORT // QUIT // (eof)
odd-bits | 192.0.2.130 | 192.0.2.128/25 | 
odd-out  | 192.0.2.127 | 192.0.2.128/25 | OPTNEG * // MAIL * // RCPT * // ABORT // QUIT // (eof)
