# roehling/postsrsd #153, #156: a libmilter built without IPv6 closes the
# connection at CONNECT with family 6. It is a failure as any other: F= decides,
# for IPv6 clients only, and mail is not lost.

== gate
transport ${TRANSPORT}
needs ipv6

== filter
failure T
CONNECT  6 : close

== client
!reply 220
> EHLO c.example
!reply 250
> MAIL FROM:<a@x>
< ${REPLY}
!close

== log
session client=${CLIENT}

== table
case | TRANSPORT | REPLY | CLIENT
ipv6 | tcp6 | 451 4.3.2 * | ::1
