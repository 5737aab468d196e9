# Commands in any case and with blanks at the end are legal, and old clients do
# write a blank behind the colon.

== client
@greet
> ehlo c.example
!reply 250
> mail from: <a@x>\x20
< 250 2.1.0 sender ok
> rcpt To:<b@y>\x20\x20
< 250 2.1.5 recipient ok
> Data
< 354 *
>> x\r\n.\r\n
< 250 2.0.0 queued as 1
> quit
< 221 2.0.0 *

== backend saw
(connect)
EHLO c.example
MAIL FROM:<a@x>
RCPT TO:<b@y>
DATA
(mail 1)
QUIT
(we closed)
