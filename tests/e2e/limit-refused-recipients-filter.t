# Recipients that a filter refuses count towards MaxRefusedRecipients as those do
# that the backend refuses.

== config
[Server]
MaxRefusedRecipients = 2

== backend
RCPT <no@y>: 550 5.1.1 no such user

== filter
RCPT <spam@y>: reject

== client
@ehlo
> MAIL FROM:<a@x>
< 250 2.1.0 sender ok
> RCPT TO:<no@y>
< 550 5.1.1 no such user
> RCPT TO:<spam@y>
< 550 5.7.1 *
< 421 4.7.0 *
!gone

== log
session end=errors
