# SKIP: no more events of that kind for this mail; all again for the next.

== gate
one-byte no

== filter
failure T
${STAGE}:
    skip

== client
@ehlo
> MAIL FROM:<a@x>
< 250 2.1.0 sender ok
> RCPT TO:<b@y>
< 250 2.1.5 recipient ok
> RCPT TO:<c@y>
< 250 2.1.5 recipient ok
> DATA
< 354 *
>> A: b\r\nC: d\r\n\r\n\{20000*12345678\r\n}.\r\n
< 250 2.0.0 queued as 1
@mail
@send
< 250 2.0.0 queued as 2
@quit

== filter saw
OPTNEG *
CONNECT *
HELO *
MAIL *
${SAW}
EOM
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
case   | STAGE | SAW
body   | BODY | RCPT * // RCPT * // DATA // HEADER * // HEADER * // EOH // BODY *
header | HEADER | RCPT * // RCPT * // DATA // HEADER * // EOH // BODY * // BODY * // BODY * // BODY *
rcpt   | RCPT | RCPT * // DATA // HEADER * // HEADER * // EOH // BODY * // BODY * // BODY * // BODY *
