# Clients that do not look at the answer to AUTH send user and password all the
# same, as lines of their own.  These must go neither to filters, which are asked
# about unknown commands, nor to the debug log.

== gate
args -d

== config
[Server]
PlainAuth = always

== backend
offer AUTH ${OFFERED}
${RULE}

== filter

== client
@ehlo
> AUTH LOGIN
< 5<<.*>>
> am9l
< 500 5.5.2 *
> c2VjcmV0
< 500 5.5.2 *
> NOOP
< 250 *
>> AUTH LOGIN\n
< 5<<.*>>
> c2VjcmV0
< 500 5.5.2 *
>  AUTH PLAIN AGpvZQBzZWNyZXQ=
< 500 5.5.2 *
> NOOP
< 250 *
> BLURDYBLOOP
< 500 5.5.2 *
@quit

== filter saw
OPTNEG *
CONNECT *
HELO *
UNKNOWN BLURDYBLOOP
QUIT
(eof)

== log
!/ c2VjcmV0|am9l|AGpvZQ
/ BLURDYBLOOP

== table
case    | OFFERED | RULE
refused | LOGIN | AUTH: 535 5.7.8 no
never   | GSSAPI | QUIT: 221 2.0.0 bye
