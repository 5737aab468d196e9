# A backend that never comes to an end with its challenges is left.

== config
[Server]
PlainAuth = always

== backend
offer AUTH LOGIN
@1 AUTH: 334 \{0*}
@1 response: 334 \{0*}

== client
@ehlo
> AUTH LOGIN
< 334<< >>
${MORE}
> AAAA
< 454 4.7.0 *
@mail
@quit

== table
case | MORE
some | > AAAA // < 334<< >> // > AAAA // < 334<< >> // > AAAA // < 334<< >> // > AAAA // < 334<< >> // > AAAA // < 334<< >> // > AAAA // < 334<< >> // > AAAA // < 334<< >> // > AAAA // < 334<< >> // > AAAA // < 334<< >> // > AAAA // < 334<< >> // > AAAA // < 334<< >> // > AAAA // < 334<< >> // > AAAA // < 334<< >> // > AAAA // < 334<< >> // > AAAA // < 334<< >> // > AAAA // < 334<< >> // > AAAA // < 334<< >> // > AAAA // < 334<< >>
