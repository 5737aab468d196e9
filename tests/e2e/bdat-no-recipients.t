# All recipients were refused, and the client has sent its mail in the same
# group: the chunks are read, 554, and a recipient that comes later does not get
# the rest.

== backend
RCPT <no@y>: 550 5.1.1 no such user

== client
@ehlo
> MAIL FROM:<a@x>
> RCPT TO:<no@y>
>> BDAT 14\r\nSubject: t\r\n\r\n
> RCPT TO:<b@y>
>> BDAT 7 LAST\r\nhello\r\n
< 250 2.1.0 sender ok
< 550 5.1.1 no such user
< 554 5.5.1 *
!replies 2 503
> RSET
< 250 2.0.0 *
@mail
>> BDAT 21 LAST\r\nSubject: t\r\n\r\nhello\r\n
< 250 2.0.0 queued as 1
@quit

== delivered 1
Subject: t

hello
