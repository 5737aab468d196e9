# What RFC 5321 allows before EHLO (section 4.1.4) is answered, and the client
# may still say EHLO: health checks and old scripts begin like this.

== client
@greet
> ${COMMAND}
< ${REPLY}
> EHLO c.example
!reply 250
@mail
@send
< 250 2.0.0 queued as 1
@quit

== table
case | COMMAND  | REPLY
noop | NOOP     | 250 2.0.0 *
rset | RSET     | 250 2.0.0 *
help | HELP     | 214 *
vrfy | VRFY joe | 252 2.<<[05].[02]>> *
expn | EXPN all | 502 5.5.1 *
rcpt | RCPT TO:<b@y> | 503 5.5.1 *
data | DATA     | 503 5.5.1 *
