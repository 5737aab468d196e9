# A failed filter without F= is as if it were not there; the chain goes on.

== filter 0
MAIL: close

== filter 1
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
