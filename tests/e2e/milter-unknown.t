# The whole line of an unknown command goes to filters; their verdict replaces
# the 500.

== filter
UNKNOWN:
    ${ANSWER}

== client
@ehlo
> FOO bar  baz
< ${REPLY}
@mail
@send
< 250 2.0.0 queued as 1
@quit

== filter saw
...
HELO *
UNKNOWN FOO bar  baz
...
EOM
QUIT
(eof)

== log
session errors=1

== table
case     | ANSWER | REPLY
continue | continue | <<50[02] 5.5.[12]>> *
reject   | reject | 550 5.7.1 *
tempfail | tempfail | 451 4.3.2 *
reply    | reply 554 5.5.9 go away | 554 5.5.9 go away
accept   | accept | <<50[02] 5.5.[12]>> *
