# LIMITS tells the client what it may ask for in one session (RFC 9422): the
# stricter of the gate's and the backend's numbers.  A larger one than holds
# would make clients build transactions that fail; what a backend garbled must
# not be passed on.

== config
[Server]
MaxRecipients = ${MAX}

== backend
offer PIPELINING; ${OFFERED}

== client
@greet
> EHLO c.example
!ehlo be.example greets you; PIPELINING; CHUNKING; SIZE 52428800; LIMITS ${WORDS}
@quit

== table
case      | MAX  | OFFERED | WORDS
own       | 1000 | \{0*} | MAILMAX=100 RCPTMAX=1000
smaller   | 10   | LIMITS RCPTMAX=100 MAILMAX=101 | MAILMAX=100 RCPTMAX=10
backend   | 1000 | LIMITS MAILMAX=5 RCPTMAX=20 RCPTDOMAINMAX=1 | MAILMAX=5 RCPTMAX=20 RCPTDOMAINMAX=1
unknown   | 1000 | LIMITS FOOMAX=5 RCPTMAX=999 BAR | MAILMAX=100 RCPTMAX=999
malformed | 1000 | LIMITS RCPTMAX=0 MAILMAX=x1 RCPTDOMAINMAX=1234567 | MAILMAX=100 RCPTMAX=1000
lower     | 1000 | limits rcptmax=7 | MAILMAX=100 RCPTMAX=7
