# Filters of all versions: what a version does not know is not sent, since old
# libraries never answer it and the client would wait for nothing.

== filter
failure T
version ${VERSION}
actions NONE
protocol NONE

== client
@ehlo
> FOO
< <<50[02] 5.5.[12]>> *
@mail
@send
< 250 2.0.0 queued as 1
@quit

== filter saw
OPTNEG 6 1ff 1fffff
CONNECT *
HELO c.example
${UNKNOWN}
MAIL <a@x>
RCPT <b@y>
${DATA}
HEADER Subject|t
EOH
BODY *
EOM
QUIT
(eof)

== table
case | VERSION | UNKNOWN | DATA
2    | 2 |  | 
3    | 3 | UNKNOWN FOO | 
4    | 4 | UNKNOWN FOO | DATA
5    | 5 | UNKNOWN FOO | DATA
6    | 6 | UNKNOWN FOO | DATA
