# LISTEN_FDS that was meant for another process is not ours: the connection is on
# descriptor 0.

== gate
launch systemd-other-pid

== client
@ehlo
@quit
