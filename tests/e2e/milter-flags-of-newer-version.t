# Flags of version 6 with version 2 (authentication_milter does that) are
# honoured.

== filter
failure T
version 2
actions NONE
protocol HDR_LEADSPC NR_HDR

== client
@ehlo
@mail
@send
< 250 2.0.0 queued as 1
@quit

== filter saw
...
HEADER Subject| t
EOH
BODY *
EOM
QUIT
(eof)
