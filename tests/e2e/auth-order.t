# AUTH where it has no place is refused by the gate and never reaches the backend,
# which would judge it by a state that the client is not in.

== config
[Server]
PlainAuth = ${KEY}

== backend
offer PIPELINING; AUTH PLAIN CRAM-MD5 GSSAPI; DSN

== client
@greet
> ${HELLO}
!reply ${GREETS}
> ${COMMAND}
< ${REPLY}
> NOOP
< 250 *
@quit

== backend saw
(connect)
${SAW}
QUIT
(we closed)

== table
case    | KEY | HELLO | GREETS | COMMAND | REPLY | SAW
start   | always | NOOP | 250 | AUTH PLAIN AA== | 503 5.5.1 * | ...
helo    | always | HELO c.example | 250 | AUTH PLAIN AA== | 502 5.5.1 * | HELO c.example
clear   | tls | EHLO c.example | 250 | AUTH PLAIN AA== | 538 5.7.11 * | EHLO c.example
unknown | tls | EHLO c.example | 250 | AUTH X-NEW AA== | 504 5.5.4 * | EHLO c.example
filtered | tls | EHLO c.example | 250 | AUTH GSSAPI AA== | 504 5.5.4 * | EHLO c.example
absent  | always | EHLO c.example | 250 | AUTH LOGIN | 504 5.5.4 * | EHLO c.example
nothing | always | EHLO c.example | 250 | AUTH | 501 5.5.4 * | EHLO c.example
words   | always | EHLO c.example | 250 | AUTH PLAIN AA== AA== | 501 5.5.4 * | EHLO c.example
