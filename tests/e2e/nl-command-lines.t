# A command line that ends in a bare LF: with reject it is refused, so that DATA
# cannot be followed by text whose start the two sides see at different places.

== client
@ehlo
@mail
>> ${OCTETS}
< <<50[01] 5.5.[24]>> *
!close

== backend saw
(connect)
EHLO c.example
MAIL FROM:<a@x>
RCPT TO:<b@y>
...

== delivered none

== table
case    | OCTETS
data-lf | DATA\n.\r\n
rcpt-lf | RCPT TO:<c@y>\n
noop-lf | NOOP\nRCPT TO:<c@y>\r\n
