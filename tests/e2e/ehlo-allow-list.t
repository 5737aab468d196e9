# A gate that offers what it does not understand loses mail (CHUNKING) or hands
# out its own rights (XCLIENT).  Only what is on the allow-list crosses it.

== gate
one-byte always

== backend
offer ${OFFERED}

== client
@greet
> EHLO c.example
!ehlo be.example greets you; ${WORDS}
@quit

== table
case        | OFFERED | WORDS
everything  | PIPELINING; SIZE 1000; VRFY; ETRN; STARTTLS; AUTH PLAIN LOGIN; AUTH=PLAIN LOGIN; ENHANCEDSTATUSCODES; 8BITMIME; DSN; SMTPUTF8; CHUNKING; BINARYMIME; PRDR; XCLIENT NAME ADDR; XFORWARD NAME; X-FOO; X-ANONYMOUSTLS; X-EXPS GSSAPI; XEXCH50; TURN; ATRN; BURL imap; CHECKPOINT; XVERP; CONPERM; REQUIRETLS | PIPELINING; SIZE 1000; ENHANCEDSTATUSCODES; 8BITMIME; DSN; SMTPUTF8
nothing     | \{0*} | PIPELINING; SIZE 52428800
utf8-alone  | PIPELINING; SMTPUTF8; SIZE 5 | PIPELINING; SIZE 5
lower-case  | pipelining; size 5; 8bitmime; Dsn | PIPELINING; SIZE 5; <<(?i:8bitmime)>>; <<(?i:dsn)>>
size-bare   | SIZE | PIPELINING; SIZE 52428800
size-zero   | SIZE 0 | PIPELINING; SIZE 52428800
size-larger | SIZE 100000000 | PIPELINING; SIZE 52428800
size-junk   | SIZE lots | PIPELINING; SIZE 52428800
deliverby   | DELIVERBY 100; MT-PRIORITY MIXER | PIPELINING; SIZE 52428800; DELIVERBY 100; MT-PRIORITY MIXER
