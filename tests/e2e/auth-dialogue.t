# Each line between AUTH and its last answer belongs to the mechanism, whatever it
# looks like: a challenge that is changed, or a response that is taken for a
# command, and nobody can log in.

== gate
one-byte always

== config
[Server]
PlainAuth = always

== backend
offer AUTH PLAIN LOGIN CRAM-MD5 SCRAM-SHA-256 XOAUTH2 OAUTHBEARER NTLM
AUTH: 334 ${FIRST}

== client
@ehlo
> AUTH ${COMMAND}
< 334 ${SHOWN}
> ${RESPONSE}
< 235 2.7.0 welcome
@mail
> RSET
< 250 *
@quit

== backend saw
(connect)
EHLO c.example
AUTH ${COMMAND}
response ${SEEN}
...
(we closed)

== log
session auth=${MECH} user=${USER} errors=0 end=quit

== table
case   | COMMAND | FIRST | SHOWN | RESPONSE | SEEN | MECH | USER
plain  | PLAIN | \{0*} | << ?>> | AGpvZQBzZWNyZXQ= | AGpvZQBzZWNyZXQ= | PLAIN | joe
login  | LOGIN am9l | UGFzc3dvcmQ6 | UGFzc3dvcmQ6 | c2VjcmV0 | c2VjcmV0 | LOGIN | joe
cram   | CRAM-MD5 | PDEuMkBiZS5leGFtcGxlPg== | PDEuMkBiZS5leGFtcGxlPg== | am9lIGJsb2dncyAwMTIzNDU2Nzg5YWJjZGVm | am9lIGJsb2dncyAwMTIzNDU2Nzg5YWJjZGVm | CRAM-MD5 | "joe bloggs"
scram  | SCRAM-SHA-256 biwsbj1qPTNEb2U9MkN4LHI9bm9uY2U= | cj1ub25jZSxzPWFiYyxpPTQwOTY= | cj1ub25jZSxzPWFiYyxpPTQwOTY= | Yz1iaXdzLHI9bm9uY2UscD1hYmM= | Yz1iaXdzLHI9bm9uY2UscD1hYmM= | SCRAM-SHA-256 | "j=oe,x"
xoauth | XOAUTH2 dXNlcj1qb2VAeC5leGFtcGxlAWF1dGg9QmVhcmVyIHRva2VuAQE= | eyJzdGF0dXMiOiI0MDAifQ== | eyJzdGF0dXMiOiI0MDAifQ== | \{0*} | << ?>> | XOAUTH2 | joe@x.example
bearer | OAUTHBEARER | \{0*} | << ?>> | bixhPWpvZUB4LmV4YW1wbGUsAWF1dGg9QmVhcmVyIHRva2VuAQE= | bixhPWpvZUB4LmV4YW1wbGUsAWF1dGg9QmVhcmVyIHRva2VuAQE= | OAUTHBEARER | joe@x.example
verb   | PLAIN | \{0*} | << ?>> | QUIT | QUIT | PLAIN | -
long   | LOGIN | \{900*QUFB} | <<(QUFB)+.*octets.*(QUFB)+>> | \{3072*QUFB} | <<(QUFB)+.*octets.*(QUFB)+>> | LOGIN | -
utf8   | LOGIN | VXNlcm5hbWU6 | VXNlcm5hbWU6 | asO8cmdlbg== | asO8cmdlbg== | LOGIN | j\xc3\xbcrgen
latin1 | LOGIN | VXNlcm5hbWU6 | VXNlcm5hbWU6 | avxyZ2Vu | avxyZ2Vu | LOGIN | -
control | LOGIN | VXNlcm5hbWU6 | VXNlcm5hbWU6 | am9lDQpSQ1BU | am9lDQpSQ1BU | LOGIN | -
