# An empty replacement means an empty body (Sendmail lost that until 8.13.5).

== filter
EOM: packet b \{0*} // accept

== client
@ehlo
@mail
@send
< 250 2.0.0 queued as 1
@quit

== delivered
Subject: t
\{0*}
