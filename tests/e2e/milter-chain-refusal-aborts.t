# A refusal at the end of message by one filter: those still inside the mail get
# ABORT, the refusing one does not.

== filter 0

== filter 1
EOM: reject

== filter 2

== client
@ehlo
@mail
@send
< 554 5.7.1 *
@quit

== filter 0 saw
...
EOM
QUIT
(eof)

== filter 1 saw
...
EOM
QUIT
(eof)

== filter 2 saw
OPTNEG *
CONNECT *
HELO *
MAIL *
RCPT *
DATA
ABORT
QUIT
(eof)
