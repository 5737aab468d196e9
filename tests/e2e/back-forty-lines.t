# A reply of forty lines is long and legal.

== backend
RCPT: !raw \{39*550-5.1.1 no such user here\r\n}550 5.1.1 really\r\n

== client
@ehlo
> MAIL FROM:<a@x>
< 250 2.1.0 sender ok
> RCPT TO:<b@y>
!replies 1 550
@quit
