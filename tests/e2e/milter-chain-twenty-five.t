# As many filters as Sendmail takes; the last index is 24.

== filter 0

== filter 24
EOM: addheader X-Seen|yes // accept

== client
@ehlo
@mail
@send
< 250 2.0.0 queued as 1
@quit

== delivered
Subject: t
X-Seen: yes

hello
