# These are answered by the gate: a backend must not see them (a VRFY or HELP of
# the backend would tell what the gate hides, and ETRN and the rest change roles
# or start a data phase that the gate does not follow).

== client
@ehlo
> ${COMMAND}
< ${REPLY}
> NOOP
< 250 2.0.0 *
@quit

== backend saw
(connect)
EHLO c.example
QUIT
(we closed)

== table
case      | COMMAND | REPLY
noop      | NOOP | 250 2.0.0 *
noop-arg  | NOOP some text | 250 2.0.0 *
vrfy      | VRFY joe | 252 2.<<[05].[02]>> *
expn      | EXPN list | 502 5.5.1 *
help      | HELP | 214 <<.*>>
etrn      | ETRN x.example | 502 5.5.1 *
turn      | TURN | 502 5.5.1 *
atrn      | ATRN x.example | 502 5.5.1 *
saml      | SAML FROM:<a@x> | 502 5.5.1 *
send      | SEND FROM:<a@x> | 502 5.5.1 *
soml      | SOML FROM:<a@x> | 502 5.5.1 *
bdat      | BDAT 0 LAST | 503 5.5.1 *
burl      | BURL imap://x/y LAST | 502 5.5.1 *
starttls  | STARTTLS | <<502 5.5.1|454 4.7.0>> *
auth      | AUTH PLAIN AGEAYg== | <<50[23] 5.5.1>> *
xclient   | XCLIENT ADDR=192.0.2.9 | <<502 5.5.1|550 5.7.0>> *
xforward  | XFORWARD ADDR=192.0.2.9 | <<502 5.5.1|550 5.7.0>> *
xexch50   | XEXCH50 1 1 | <<50[02] 5.5.[12]>> *
unknown   | FROBNICATE | <<50[02] 5.5.[12]>> *
space     | \{0*} NOOP | 500 5.5.2 *
reply     | 250 ok | 500 5.5.2 *
lhlo      | LHLO c.example | <<50[02] 5.5.[12]>> *
