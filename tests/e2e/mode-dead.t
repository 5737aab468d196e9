# Filters on trial that are not there at all.

== config
[MailFilter]
Mode0 = monitor

== filter 0
listen refuse
failure ${FAILURE}

== filter 1
failure T

== client
@ehlo
@mail
@send
< 250 2.0.0 queued as 1
@quit

== filter 1 saw
OPTNEG *
CONNECT *
HELO c.example
MAIL *
RCPT *
DATA
HEADER Subject|t
EOH
BODY *
EOM
QUIT
(eof)

== log
monitor filter=filter0 stage=connect would=fail
mail result=accepted by=backend
!/ (?s)monitor [^\n]*filter=filter0 .*monitor [^\n]*filter=filter0 

== table
case | FAILURE
none | none
R    | R
T    | T
four | 4
