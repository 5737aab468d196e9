# A parameter that was not offered, or is malformed, is refused by the gate and
# not dropped: the client must know that its request will not be honoured.

== client
@ehlo
> MAIL FROM:<a@x> ${MAIL}
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
case       | MAIL | REPLY
unknown    | FOO=bar | 555 5.5.4 *
dsn        | RET=HDRS | 555 5.5.4 *
notify     | NOTIFY=NEVER | 555 5.5.4 *
binary     | BODY=BINARYMIME | <<555 5.5.4|501 5.5.4>> *
body       | BODY=9BIT | <<501 5.5.4|555 5.5.4>> *
twice      | SIZE=1 SIZE=2 | 501 5.5.4 *
twice-case | BODY=7BIT body=7BIT | 501 5.5.4 *
size-text  | SIZE=many | 501 5.5.4 *
size-none  | SIZE | 501 5.5.4 *
size-minus | SIZE=-1 | 501 5.5.4 *
auth       | AUTH=<> | 555 5.5.4 *
empty      | = | <<50[01] 5.5.[24]|555 5.5.4>> *
no-name    | =x | <<50[01] 5.5.[24]|555 5.5.4>> *
utf8       | SMTPUTF8 | 555 5.5.4 *
priority   | MT-PRIORITY=3 | 555 5.5.4 *
by         | BY=120;R | 555 5.5.4 *
solicit    | SOLICIT=org.example:ADV | 555 5.5.4 *
mtrk       | MTRK=bGFtcA | 555 5.5.4 *
envid      | ENVID=x | 555 5.5.4 *
holdfor    | HOLDFOR=60 | 555 5.5.4 *
holduntil  | HOLDUNTIL=2026-11-22T09:30:00Z | 555 5.5.4 *
requiretls | REQUIRETLS | 555 5.5.4 *
xverp      | XVERP=-= | 555 5.5.4 *
