# A client that only makes errors (dictionary attack, broken script) is cut off
# with 421 after MaxErrors.

== config
[Server]
MaxErrors = 3

== client
@ehlo
> FOO
> BAR
> BAZ
> QUX
< <<500 5.5.2|502 5.5.1>> *
< <<500 5.5.2|502 5.5.1>> *
< <<500 5.5.2|502 5.5.1>> *
< 421 4.7.0 *
!gone

== log
session errors=3 end=errors
