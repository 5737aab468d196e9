# One recipient too many is refused with 452, which tells the client to send the
# rest in another mail (RFC 5321 section 4.5.3.1.10); the others keep theirs.

== config
[Server]
MaxRecipients = 2

== client
@ehlo
> MAIL FROM:<a@x>
> RCPT TO:<1@y>
> RCPT TO:<2@y>
> RCPT TO:<3@y>
> DATA
< 250 2.1.0 sender ok
< 250 2.1.5 recipient ok
< 250 2.1.5 recipient ok
< 452 4.5.3 *
< 354 *
>> \r\nx\r\n.\r\n
< 250 2.0.0 queued as 1
@quit

== backend saw
(connect)
EHLO c.example
MAIL FROM:<a@x>
RCPT TO:<1@y>
RCPT TO:<2@y>
DATA
(mail 1)
QUIT
(we closed)
