# A mail store that speaks LMTP (Dovecot, Cyrus) as backend: the client, who speaks
# SMTP and gave whatever name with HELO or EHLO, has no part in the difference.

== backend
listen ${LISTEN}
lmtp yes
offer PIPELINING; 8BITMIME; ENHANCEDSTATUSCODES; SIZE 1000000

== client
@greet
> ${HELO} c.example
${ANSWER}
@mail
@send
< 250 2.0.0 queued as 1
> ${HELO} d.example
!reply 250
@mail
@send
< 250 2.0.0 queued as 2
@quit

== backend saw
(connect)
LHLO c.example
MAIL FROM:<a@x>
RCPT TO:<b@y>
DATA
(mail 1)
LHLO d.example
MAIL FROM:<a@x>
RCPT TO:<b@y>
DATA
(mail 2)
QUIT
(we closed)

== log
mail result=accepted backend=${B0} reply="2.0.0 queued as 1"
! recipient

== table
case | LISTEN | HELO | ANSWER
ehlo | tcp4   | EHLO | !ehlo be.example greets you; PIPELINING; CHUNKING; SIZE 1000000; LIMITS MAILMAX=100 RCPTMAX=1; 8BITMIME; ENHANCEDSTATUSCODES
helo | tcp4   | HELO | < 250 be.example greets you
unix | unix   | EHLO | !reply 250
