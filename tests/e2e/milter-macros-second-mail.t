# The second mail of a session has an id of its own, and the null sender has no
# {mail_addr} (rather than an empty one).

== filter

== client
@ehlo
@mail
> DATA
< 354 *
>> Message-ID: <1@x>\r\n\r\nhello\r\n.\r\n
< 250 2.0.0 queued as 1
> MAIL FROM:<>
< 250 2.1.0 sender ok
> RCPT TO:<c@y>
< 250 2.1.5 recipient ok
@send
< 250 2.0.0 queued as 2
@quit

== filter macros
MAIL#2 i=<<[A-Za-z0-9]{12,}>> !{mail_addr} !{auth_type}
RCPT#2 i=<<[A-Za-z0-9]{12,}>> {rcpt_addr}=c@y
EOM#1 {msg_id}=<1@x>
EOM#2 i=<<[A-Za-z0-9]{12,}>> !{msg_id}
