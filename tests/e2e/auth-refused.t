# A refused login is the backend's word, stays without effect, and can be counted
# by whoever bans guessers by the log.

== config
[Server]
PlainAuth = always

== backend
offer AUTH PLAIN
AUTH: ${REPLY}

== client
@ehlo
> AUTH PLAIN AGpvZQBzZWNyZXQ=
< ${REPLY}
> AUTH PLAIN AGpvZQBzZWNyZXQ=
< ${REPLY}
@mail
@quit

== log
refused id=<<.+>> client=127.0.0.1 stage=auth by=backend user=joe code=${CODE} reply=<<.*>>
refused stage=auth user=joe
session auth=- user=- errors=${ERRORS}

== table
case | REPLY | CODE | ERRORS
535  | 535 5.7.8 authentication failed | 535 | 2
534  | 534 5.7.9 too weak | 534 | 2
538  | 538 5.7.11 encryption needed | 538 | 2
500  | 500 5.5.6 too long | 500 | 2
454  | 454 4.7.0 later | 454 | 0
432  | 432 4.7.12 password transition | 432 | 0
