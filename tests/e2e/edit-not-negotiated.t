# Edits that were not negotiated are done and logged: "lied", says Sendmail.

== filter
actions NONE
EOM: addheader X|v // replbody new\r\n // accept

== client
@ehlo
@mail
@send
< 250 2.0.0 queued as 1
@quit

== delivered
Subject: t
X: v

new
