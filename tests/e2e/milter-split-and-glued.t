# Answers octet by octet, and all packets of an end of message in one write or
# each alone: TCP promises nothing.

== gate
one-byte always

== filter
failure T
${SEPARATE}
EOM: progress // addheader X-1|a // addheader X-2|b // progress // accept

== client
@ehlo
@mail
@send
< 250 2.0.0 queued as 1
@quit

== delivered
Subject: t
X-1: a
X-2: b

hello

== table
case     | SEPARATE
glued    | 
separate | separate yes
