# The longest texts that libmilter makes (980 octets, 32 lines) arrive in lines
# that an SMTP client can take.

== filter
RCPT <1@y>: reply 550 5.7.1 \{97*0123456789}
RCPT <2@y>: reply \{31*550-5.7.1 a line\r\n}550 5.7.1 last

== client
@ehlo
> MAIL FROM:<a@x>
< 250 2.1.0 sender ok
> RCPT TO:<1@y>
!reply 550
> RCPT TO:<2@y>
!reply 550
> NOOP
< 250 2.0.0 *
@quit
