# DISCARD: the client sees success, no filter hears more of the mail, the backend
# gets nothing.  The next mail is another matter.

== filter 0
${STAGE}#1:
    discard

== filter 1

== client
@ehlo
@mail
@send
< 250 2.0.0 *
@mail
@send
< 250 2.0.0 queued as 1
@quit

== delivered 1
Subject: t

hello

== log
mail result=discarded by=filter:<<.+>>
mail result=accepted

== table
case   | STAGE
rcpt   | RCPT
data   | DATA
header | HEADER
eoh    | EOH
body   | BODY
eom    | EOM
