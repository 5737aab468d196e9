# Octets that follow EHLO or DATA before their reply come from programs that do
# not speak SMTP, or from someone who wants two parsers to disagree (RFC 2920
# section 3.1).  What followed DATA must not become the mail or a command.

== gate
one-byte no

== client
@greet
> EHLO c.example
> MAIL FROM:<a@x>
< 554 5.5.0 *
!gone

== delivered none
