# Mails above a size pass a scanner that could not take them; it has heard of the
# envelope and is told that there is no more.  The next, smaller mail is scanned.

== config
[MailFilter]
Skip0 = larger=1000

== filter
failure T

== client
@ehlo
@mail
> DATA
< 354 *
>> A: b\r\n\r\n${OCTETS}.\r\n
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
RCPT *
DATA
${SAW}
MAIL *
RCPT *
DATA
HEADER Subject|t
EOH
BODY *
EOM
QUIT
(eof)

== table
case    | OCTETS | SAW
larger  | \{100*12345678\r\n}\{20*12345678\r\n} | ABORT
one     | \{99*12345678\r\n}1\r\n | ABORT
exact   | \{99*12345678\r\n}\r\n | HEADER A|b // EOH // BODY * // EOM
