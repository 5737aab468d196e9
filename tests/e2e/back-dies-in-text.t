# The backend dies after 354 in the middle of the text.  No dot was sent; the
# client gets a temporary failure or the mail arrives whole once, never in part.

== backend
DATA: 354 go ahead // !read 5 // !reset

== gate
one-byte no

== client
@ehlo
@mail
> DATA
< 354 *
>> \r\n\{1900000*12345678\r\n}.\r\n
< 451 4.4.2 *
> QUIT
!reply 221

== delivered none
