# A reply line without end.

== gate
one-byte no

== backend
RCPT: !raw 550 \{3000000*x} // !hang

== client
@ehlo
> MAIL FROM:<a@x>
< 250 2.1.0 sender ok
> RCPT TO:<b@y>
< <<(4[25]1 4.\d.\d|550)>> *
!close

== delivered none
