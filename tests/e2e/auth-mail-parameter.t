# AUTH= of MAIL says who wrote the mail first.  It goes with the sender, also when
# the envelope is sent anew, and only to a backend that offers AUTH.

== config
[Server]
PlainAuth = always

== backend
offer PIPELINING; ${OFFERED}

== client
@ehlo
> MAIL FROM:<a@x> AUTH=${VALUE}
${REPLY}
@quit

== backend saw
(connect)
EHLO c.example
${SAW}
QUIT
(we closed)

== table
case     | OFFERED | VALUE | REPLY | SAW
passed   | AUTH PLAIN | e+3Dmc2@x | < 250 2.1.0 * | MAIL FROM:<a@x> AUTH=e+3Dmc2@x
not      | DSN | e+3Dmc2@x | < 555 5.5.4 * | ...
filtered | AUTH GSSAPI | e+3Dmc2@x | < 555 5.5.4 * | ...
empty    | AUTH PLAIN | \{0*} | < 501 5.5.4 * | ...
