# BDAT may stand in one group with MAIL, RCPT and further BDATs (RFC 3030
# section 4.2), and commands may follow the last chunk.  Each gets its answer, in
# order, and what is inside of a chunk is never a command.

== client
@ehlo
> MAIL FROM:<a@x>
> RCPT TO:<b@y>
>> BDAT 32\r\nSubject: t\r\n\r\nRCPT TO:<evil@x>\r\nBDAT 9 LAST\r\n.\r\nQUIT\r\nMAIL FROM:<c@x>\r\nRCPT TO:<d@y>\r\nBDAT 14 LAST\r\nSubject: u\r\n\r\nQUIT\r\n
< 250 2.1.0 sender ok
< 250 2.1.5 recipient ok
< 250 2.0.0 32 octets received
< 250 2.0.0 queued as 1
< 250 2.1.0 sender ok
< 250 2.1.5 recipient ok
< 250 2.0.0 queued as 2
< 221 2.0.0 *

== backend saw
(connect)
EHLO c.example
MAIL FROM:<a@x>
RCPT TO:<b@y>
DATA
(mail 1)
MAIL FROM:<c@x>
RCPT TO:<d@y>
DATA
(mail 2)
QUIT
(we closed)

== delivered 1
Subject: t

RCPT TO:<evil@x>
..
QUIT
