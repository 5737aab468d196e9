# ACCEPT ends with its mail, also when the backend refuses that after the dot
# (Postfix forgot that once, and the next mail went past the filter).

== backend
body#1: 554 5.7.1 no

== filter
MAIL#1: accept

== client
@ehlo
@mail
@send
< 554 5.7.1 no
@mail
@send
< 250 2.0.0 queued as 2
@quit

== filter saw
OPTNEG *
CONNECT *
HELO *
MAIL *
MAIL *
RCPT *
DATA
HEADER *
EOH
BODY *
EOM
QUIT
(eof)
