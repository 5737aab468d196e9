# Octets behind an answer that has none are tolerated, as Sendmail does.

== filter
failure T
MAIL: packet c junk\0
EOM: packet a junk\0

== client
@ehlo
@mail
@send
< 250 2.0.0 queued as 1
@quit
