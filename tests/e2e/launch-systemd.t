# systemd with Accept=yes and no StandardInput= hands the connection over as
# descriptor 3.

== gate
launch systemd

== client
@ehlo
@mail
@send
< 250 2.0.0 queued as 1
@quit

== log
session client=127.0.0.1 port=${CPORT} mails=1 end=quit
