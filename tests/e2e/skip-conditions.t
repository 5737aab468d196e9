# Of several conditions any one leaves the filter out.

== gate
env PROTO=TCP
env TCPREMOTEIP=${CLIENT}
${ENV}

== config
[MailFilter]
Skip0 = "authenticated, relayclient,larger=1K ,  10.0.0.0/8,2001:DB8::/32"

== filter
protocol NOCONNECT NOHELO

== client
@ehlo
> MAIL FROM:<a@x> ${SIZE}
< 250 2.1.0 sender ok
@quit

== filter saw
${SAW}

== table
case     | CLIENT | ENV | SIZE | SAW
none     | 192.0.2.1 | env X=y | SIZE=9 | OPTNEG * // MAIL * // ABORT // QUIT // (eof)
relay    | 192.0.2.1 | env RELAYCLIENT= | SIZE=9 | 
size     | 192.0.2.1 | env X=y | SIZE=1025 | OPTNEG * // QUIT // (eof)
size-not | 192.0.2.1 | env X=y | SIZE=1024 | OPTNEG * // MAIL * // ABORT // QUIT // (eof)
network  | 10.255.0.1 | env X=y | SIZE=9 | 
network6 | 2001:db8::1 | env X=y | SIZE=9 | 
