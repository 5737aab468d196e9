# Scripts that speak HELO send all they have to say at once, and their mail is
# taken: it counts as an error of theirs, unless they are trusted.  Behind DATA it
# is refused, or commands would become the mail; a client that is trusted is
# believed to know what it does.

== gate
one-byte no

== config
[Server]
Trusted = ${TRUSTED}

== client
@greet
> HELO c.example
> MAIL FROM:<a@x>
> RCPT TO:<b@y>
> DATA
>> Subject: t\r\n\r\nhello\r\n.\r\nQUIT\r\n
< 250 be.example
< 250 2.1.0 sender ok
< 250 2.1.5 recipient ok
${LINES}

== log
session errors=${ERRORS}

== table
case     | TRUSTED   | LINES | ERRORS
stranger | 192.0.2.1 | < 554 5.5.0 * // !gone | 2
trusted  | 127.0.0.1 | < 354 * // < 250 2.0.0 queued as 1 // < 221 2.0.0 * | 0
