# Postfix 20200308: one filter failed at MAIL and left another in the wrong
# state; the next mail brought the server down. The filters before it heard this
# MAIL and are told that it is over before they hear the next.

== filter 0

== filter 1
failure T
MAIL#2: close

== filter 2

== client
@ehlo
@mail
@send
< 250 2.0.0 queued as 1
> MAIL FROM:<c@x>
< 451 4.3.2 *
> MAIL FROM:<d@x>
< 451 4.3.2 *
@quit

== filter 0 saw
...
EOM
MAIL <c@x>
ABORT
MAIL <d@x>
ABORT
QUIT
(eof)

== filter 2 saw
...
EOM
QUIT
(eof)
