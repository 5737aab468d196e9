# A hundred recipients is what every server must take (RFC 5321 section
# 4.5.3.1.8).

== gate
one-byte no

== client
@ehlo
> MAIL FROM:<a@x>
>> \{100*RCPT TO:<b@y>\r\n}
< 250 2.1.0 sender ok
!replies 100 250
@send
< 250 2.0.0 queued as 1
@quit
