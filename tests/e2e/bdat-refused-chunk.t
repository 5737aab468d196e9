# A client that pipelines has sent the rest before it hears that a chunk was
# refused.  What follows must not become a mail with a hole in it: until RSET or
# EHLO nothing of it is taken, not even by DATA (Postfix had that bug).

== config
[Server]
MaxMessageSize = 1000


== client
@ehlo
> MAIL FROM:<a@x>
> RCPT TO:<b@y>
>> ${CHUNK}BDAT 16\r\nSubject: t\r\n\r\nx\nBDAT 6 LAST\r\nevil\r\nDATA\r\nBDAT 0 LAST\r\nRCPT TO:<b@y>\r\nMAIL FROM:<c@x>\r\n
< 250 2.1.0 sender ok
!reply any
< ${REPLY}
!replies 6 503
> ${CLEAR}
!reply 250
@mail
@send
< 250 2.0.0 queued as 1
@quit

== delivered 1
Subject: t

hello

== table
case       | CHUNK | REPLY | CLEAR
null       | BDAT 0\r\n | 551 5.7.1 * | RSET
null-ehlo  | BDAT 0\r\n | 551 5.7.1 * | EHLO c.example
size       | BDAT 1005\r\n\{100*12345678\r\n}12345 | 552 5.3.4 * | RSET
nul        | BDAT 4\r\na\0\r\n | 550 5.6.0 * | RSET
