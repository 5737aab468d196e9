# A reply without end: bounded, 451, the backend is dropped.

== gate
one-byte no

== backend
RCPT: !raw \{100000*550-5.1.1 no such user here\r\n} // !hang

== client
@ehlo
> MAIL FROM:<a@x>
< 250 2.1.0 sender ok
> RCPT TO:<b@y>
< <<4[25]1 4.\d.\d>> *
!close

== delivered none
