# Once a chunk came, only chunks may follow until the last (RFC 3030 section 2):
# DATA would make a second beginning, RCPT a recipient of half a mail.  RSET
# clears it, and what was sent is forgotten.

== client
@ehlo
@mail
>> BDAT 14\r\nSubject: x\r\n\r\n
< 250 2.0.0 14 octets received
> ${COMMAND}
< ${REPLY}
> RSET
< 250 2.0.0 *
> BDAT 0 LAST
< 503 5.5.1 *
@mail
@send
< 250 2.0.0 queued as 1
@quit

== delivered 1
Subject: t

hello

== table
case | COMMAND | REPLY
data | DATA | 503 5.5.1 *
mail | MAIL FROM:<c@x> | 503 5.5.1 Nested *
rcpt | RCPT TO:<d@y> | 503 5.5.1 *
vrfy | VRFY joe | 252 2.0.0 *
noop | NOOP | 250 2.0.0 *
