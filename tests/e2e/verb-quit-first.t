# A health check connects and leaves.  It costs the backend a connection and a
# QUIT, no error in its log.

== client
@greet
@quit

== backend saw
(connect)
QUIT
(we closed)

== log
session mails=0 rcpts=0 cmds=1 errors=0 end=quit
