# A client that goes on asking for recipients long after it was told 452 does
# not read the answers: it is cut off as one that makes errors.

== config
[Server]
MaxRecipients = 2
MaxErrors = 2

== client
@ehlo
@mail
> RCPT TO:<c@y>
< 250 2.1.5 recipient ok
> RCPT TO:<d@y>
< 452 4.5.3 *
> RCPT TO:<e@y>
< 452 4.5.3 *
> RCPT TO:<f@y>
> RCPT TO:<g@y>
> RCPT TO:<h@y>
< 452 4.5.3 *
< 452 4.5.3 *
< 421 4.7.0 *
!gone
