# A filter gets addresses as typed, in brackets, quoted parts and routes
# untouched.

== filter
failure T

== client
@ehlo
> MAIL FROM:${PATH}
< 250 2.1.0 sender ok
> RCPT TO:${RCPT}
< 250 2.1.5 recipient ok
@quit

== filter saw
...
MAIL ${SHOWN}
RCPT ${RSHOWN}
ABORT
QUIT
(eof)

== table
case   | PATH | RCPT | SHOWN | RSHOWN
null   | <> | <b@y> | <> | <b@y>
bare   | a@x | b@y | <a@x> | <b@y>
quoted | <"a b>"@x> | <"c,d"@y> | <"a b>"@x> | <"c,d"@y>
route  | <@h:a@x> | <@h,@i:b@y> | <@h:a@x> | <@h,@i:b@y>
