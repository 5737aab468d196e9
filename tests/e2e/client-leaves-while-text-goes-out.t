# The client is lost while the text is on its way to the backend: no dot follows,
# since the client will send the mail again.  The backend sees a reset, no end of
# input, which some servers take for the end of the mail.

== gate
one-byte no

== backend
DATA: 354 go ahead // !read 1000 // !signal there // !wait gone

== client
@ehlo
@mail
> DATA
< 354 *
>> \r\n\{1900000*12345678\r\n}.\r\n
!wait there
!${HOW}
!signal gone

== backend saw
(connect)
EHLO c.example
MAIL FROM:<a@x>
RCPT TO:<b@y>
DATA
(data cut <<\d+>>)
(reset)

== delivered none

== log
mail result=aborted by=client

== table
case  | HOW
close | close
reset | reset
