# Tokens of OAuth are longer than any command: as initial response they must get
# through, up to the limit of RFC 4954.

== config
[Server]
PlainAuth = always

== backend
offer AUTH XOAUTH2

== client
@ehlo
> AUTH XOAUTH2 \{${N}*A}
< ${REPLY}
> NOOP
< 250 *
@quit

== backend saw
(connect)
EHLO c.example
${SAW}
QUIT
(we closed)

== table
case  | N | REPLY | SAW
token | 4000 | 235 2.7.0 welcome | AUTH XOAUTH2 <<A+.*octets.*A+>>
fits  | 12273 | 235 2.7.0 welcome | AUTH XOAUTH2 <<A+.*octets.*A+>>
more  | 12274 | 500 5.5.6 * | ...
huge  | 70000 | 500 5.5.6 * | ...
