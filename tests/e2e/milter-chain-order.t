# Filters are asked in their order; the first refusal wins and later filters
# never see that command.

== filter 0

== filter 1
RCPT <bad@y>: reject

== filter 2

== client
@ehlo
> MAIL FROM:<a@x>
< 250 2.1.0 sender ok
> RCPT TO:<bad@y>
< 550 5.7.1 *
> RCPT TO:<b@y>
< 250 2.1.5 recipient ok
@send
< 250 2.0.0 queued as 1
@quit

== filter 0 saw
OPTNEG *
CONNECT *
HELO *
MAIL *
RCPT <bad@y>
RCPT <b@y>
DATA
HEADER *
EOH
BODY *
EOM
QUIT
(eof)

== filter 2 saw
OPTNEG *
CONNECT *
HELO *
MAIL *
RCPT <b@y>
DATA
HEADER *
EOH
BODY *
EOM
QUIT
(eof)
