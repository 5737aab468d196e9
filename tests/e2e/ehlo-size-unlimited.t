# MaxMessageSize = 0 leaves the limit to the backend: its number is the offer.

== config
[Server]
MaxMessageSize = 0

== backend
offer ${OFFERED}

== client
@greet
> EHLO c.example
!ehlo be.example greets you; CHUNKING; LIMITS MAILMAX=100 RCPTMAX=1000; ${WORDS}
@quit

== table
case | OFFERED | WORDS
has  | SIZE 12345678 | PIPELINING; SIZE 12345678
bare | SIZE | PIPELINING; SIZE<<( 0)?>>
