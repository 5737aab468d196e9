# A line of text longer than MaxLineLength is refused, never split: a split
# makes a new start of line, where a dot would be the end.

== config
[Server]
MaxLineLength = 2000

== gate
one-byte no

== client
@ehlo
@mail
> DATA
< 354 *
>> Subject: t\r\n\r\n\{${LENGTH}*x}\r\n.\r\n
< ${REPLY}
!${END}

== delivered ${DELIVERED}
${MAIL}

== table
case | LENGTH | REPLY | END | DELIVERED | MAIL
fits | 1990 | 250 2.0.0 queued as 1 | close | 1 | Subject: t // \{0*} // \{1990*x}
long | 2010 | 550 5.6.0 * | close | none | 
huge | 500000 | 550 5.6.0 * | close | none | 
