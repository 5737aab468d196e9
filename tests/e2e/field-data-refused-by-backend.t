# milter-mta-side.md 10: the backend refuses DATA or the mail when the filters
# are done with it. They have had their end of message and get no ABORT behind
# it; the next mail is judged by all of them (Postfix 20260803: the verdict on
# the refused mail survived, and the next one went past the filter).

== backend
${WHEN}#1: 554 5.7.1 no

== filter 0
EOM#1: accept

== filter 1
DATA#1: accept

== client
@ehlo
@mail
@send
< 554 5.7.1 no
@mail
@send
< 250 2.0.0 queued as <<[12]>>
@quit

== filter 0 saw
...
EOM
MAIL *
RCPT *
DATA
HEADER *
EOH
BODY *
EOM
QUIT
(eof)

== filter 1 saw
...
HELO *
MAIL *
RCPT *
DATA
MAIL *
RCPT *
DATA
HEADER *
EOH
BODY *
EOM
QUIT
(eof)

== table
case | WHEN
data | DATA
dot | body
