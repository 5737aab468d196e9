# The client's network is what counts, however it came in: an IPv4 client on an
# IPv6 socket is IPv4, and a client without an address is in no network.

== gate
needs ipv6
transport ${TRANSPORT}

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
case        | TRANSPORT | SKIP | SAW
mapped-in   | mapped | 127.0.0.0/8 | 
mapped-out  | mapped | 126.0.0.0/8, ::/0 | OPTNEG * // MAIL * // RCPT * // ABORT // QUIT // (eof)
v4-out      | tcp4 | ::/0 | OPTNEG * // MAIL * // RCPT * // ABORT // QUIT // (eof)
v6-in       | tcp6 | ::1 | 
v6-network  | tcp6 | ::/127 | 
v6-out      | tcp6 | 0.0.0.0/0, ::2 | OPTNEG * // MAIL * // RCPT * // ABORT // QUIT // (eof)
unix        | unix | 0.0.0.0/0, ::/0 | OPTNEG * // MAIL * // RCPT * // ABORT // QUIT // (eof)
