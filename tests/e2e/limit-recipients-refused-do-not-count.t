# Only recipients that were accepted count: a list with dead addresses must still
# reach the living.

== config
[Server]
MaxRecipients = 2

== backend
RCPT no: 550 5.1.1 no such user

== client
@ehlo
> MAIL FROM:<a@x>
> RCPT TO:<no1@y>
> RCPT TO:<no2@y>
> RCPT TO:<1@y>
> RCPT TO:<2@y>
< 250 2.1.0 sender ok
< 550 5.1.1 no such user
< 550 5.1.1 no such user
< 250 2.1.5 recipient ok
< 250 2.1.5 recipient ok
@quit
