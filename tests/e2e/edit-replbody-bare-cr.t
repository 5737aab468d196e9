# A bare CR or NUL in a replacement body does not pass either.

== filter
EOM:
    replbody ${OCTETS}
    accept

== client
@ehlo
@mail
@send
< 250 2.0.0 queued as 1
@quit

== delivered
Subject: t

${BODY}

== table
case | OCTETS | BODY
cr   | a\rb\r\n | a b
crcr | a\r\r\n | a\x20
nul  | a\0b\r\n | a b
dot  | .\r\r\n | ..\x20
