# milter-mta-side.md 5.2, UNKNOWN: DISCARD and ACCEPT as the answer to a stray
# command. Postfix went down at the MAIL behind an ACCEPT; here neither may
# touch the mail that comes after it.

== filter 0
UNKNOWN: ${ANSWER}

== filter 1

== client
@ehlo
> XFROB
< 500 5.5.2 *
@mail
@send
< 250 2.0.0 queued as 1
@quit

== filter 1 saw
...
${SAW}
MAIL *
RCPT *
DATA
HEADER *
EOH
BODY *
EOM
QUIT
(eof)

== table
case | ANSWER | SAW
accept | accept | UNKNOWN XFROB
discard | discard | HELO *
skip | skip | UNKNOWN XFROB
