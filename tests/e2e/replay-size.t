# SIZE of the replayed MAIL is the size of the mail as it is now.

== filter
EOM: chgfrom n@z // replbody \{100*0123456789\r\n} // accept

== client
@ehlo
> MAIL FROM:<a@x> SIZE=100
< 250 2.1.0 sender ok
> RCPT TO:<b@y>
< 250 2.1.5 recipient ok
@send
< 250 2.0.0 queued as 1
@quit

== backend saw
(connect)
EHLO c.example
MAIL FROM:<a@x> SIZE=100
RCPT TO:<b@y>
RSET
MAIL FROM:<n@z> SIZE=1214
RCPT TO:<b@y>
DATA
(mail 1)
QUIT
(we closed)
