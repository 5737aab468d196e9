# SIGTERM in the middle of the text towards the backend: whatever the gate does,
# the client is told 250 only if the mail is there, and here it is not.

== gate
one-byte no

== backend
DATA: 354 go ahead // !read 1000 // !signal there // !wait told

== client
@ehlo
@mail
> DATA
< 354 *
>> \r\n\{1900000*12345678\r\n}.\r\n
!wait there
!kill TERM
< <<421 4.3.2|451 4.\d.\d>> *
!signal told
!close

== delivered none
