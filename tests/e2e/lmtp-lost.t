# The LMTP server is lost, or talks nonsense, between its answers: for the rest of
# the recipients the outcome is unknown, and the client must try again.

== config
[Backend]
LmtpRecipients = 2
FinalTimeout = 1

== backend
lmtp yes
body <b@y>: 250 2.0.0 b
@1 body <c@y>: ${SAYS}

== client
@ehlo
@mail
> RCPT TO:<c@y>
< 250 2.1.5 recipient ok
@send
< 451 4.4.2 *
@mail
> QUIT
!reply 221

== log
recipient to=<b@y> code=250
mail result=unknown

== table
case    | SAYS
closed  | !close
silent  | !hang
354     | 354 more
text    | !raw nonsense\r\n
part    | !raw 250 2.0
