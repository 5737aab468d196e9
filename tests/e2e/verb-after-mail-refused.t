# A refused MAIL opens no transaction: a new MAIL may follow at once.

== backend
MAIL#1: 553 5.1.8 who are you

== client
@ehlo
> MAIL FROM:<bad@x>
< 553 5.1.8 who are you
> RCPT TO:<b@y>
< 503 5.5.1 *
> MAIL FROM:<a@x>
< 250 2.1.0 sender ok
> RCPT TO:<b@y>
< 250 2.1.5 recipient ok
@quit

== backend saw
(connect)
EHLO c.example
MAIL FROM:<bad@x>
MAIL FROM:<a@x>
RCPT TO:<b@y>
...
QUIT
(we closed)
