# FIN behind a pipelined QUIT is no hanging up: the mail is delivered, once.

== filter
EOM: signal thinking // wait gone // accept

== client
@ehlo
@mail
> DATA
< 354 *
>> \r\nx\r\n.\r\nQUIT\r\n
!halfclose
!wait thinking
!signal gone
< 250 2.0.0 queued as 1
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
