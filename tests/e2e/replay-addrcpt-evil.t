# An address of a filter is not a way to give the backend commands.

== filter
failure T
EOM:
    addrcpt ${ADDRESS}
    accept

== client
@ehlo
@mail
@send
< 451 4.3.<<[02]>> *
!close

== backend saw
(connect)
EHLO c.example
MAIL FROM:<a@x>
RCPT TO:<b@y>
...

== table
case | ADDRESS
crlf | c@y>\r\nRCPT TO:<evil@y
lf   | c@y>\nRCPT TO:<evil@y
cr   | c@y\r
