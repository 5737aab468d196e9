# The client is lost in its text: the program sees the end of its input and never
# a part of the mail.

== gate
child

== client
@ehlo
@mail
> DATA
< 354 *
>> A: b\r\n\r\ntext
!close

== backend
offer PIPELINING

== backend saw
(connect)
EHLO c.example
MAIL FROM:<a@x>
RCPT TO:<b@y>
...

== delivered none
