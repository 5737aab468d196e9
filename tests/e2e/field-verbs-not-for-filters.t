# milter-mta-side.md 4.2 and 10: NOOP, VRFY, HELP and RSET without a mail are
# nothing to a filter, and neither is what the gate knows and does not serve
# when it carries a secret. Postfix 20230310: an unknown command comes with its
# whole line; Sendmail 8.14.1: it must not disturb the macros, so it has none.

== filter

== client
@ehlo
> NOOP
< 250 2.0.0 *
> VRFY b
< 252 *
> HELP
!reply 214
> RSET
< 250 2.0.0 *
@mail
> NOOP
< 250 2.0.0 *
> XFROB a  b
< 500 5.5.2 *
@send
< 250 2.0.0 queued as 1
@quit

== filter saw
OPTNEG *
CONNECT *
HELO *
MAIL *
RCPT *
UNKNOWN XFROB a  b
DATA
HEADER *
EOH
BODY *
EOM
QUIT
(eof)

== filter macros
EOM i=<<[A-Za-z0-9]+>>
