# A filter with Skip = larger=... is asked about sender and recipients before the
# size is known, and what it says there counts.

== config
[MailFilter]
Skip0 = larger=100

== filter
RCPT <no@y>: reply 550 5.7.9 not here
EOM: addheader X-Seen|yes // accept

== client
@ehlo
> MAIL FROM:<a@x>
< 250 2.1.0 sender ok
> RCPT TO:<no@y>
< 550 5.7.9 not here
> RCPT TO:<b@y>
< 250 2.1.5 recipient ok
> DATA
< 354 *
>> A: b\r\n\r\n\{100*12345678\r\n}.\r\n
< 250 2.0.0 queued as 1
@mail
@send
< 250 2.0.0 queued as 2
@quit

== backend saw
(connect)
EHLO c.example
MAIL FROM:<a@x>
RCPT TO:<no@y>
RCPT TO:<b@y>
RSET
MAIL FROM:<a@x> *
RCPT TO:<b@y>
DATA
(mail 1)
MAIL FROM:<a@x>
RCPT TO:<b@y>
DATA
(mail 2)
QUIT
(we closed)

== delivered 1
A: b

\{99*12345678\r\n}12345678

== delivered 2
Subject: t
X-Seen: yes

hello
