# Killed in the middle of the text towards the backend: there is no dot, so the
# backend has a cut mail and throws it away.  It sees a reset: a server that takes
# the end of its input for the end of the mail would deliver a half.

== gate
one-byte no

== backend
DATA: 354 go ahead // !read 1000 // !signal there // !wait dead

== client
@ehlo
@mail
> DATA
< 354 *
>> \r\n\{1900000*12345678\r\n}.\r\n
!wait there
!kill KILL
!signal dead
!gone

== backend saw
(connect)
EHLO c.example
MAIL FROM:<a@x>
RCPT TO:<b@y>
DATA
(data cut <<\d+>>)
(reset)

== delivered none

== exit
signal 9
