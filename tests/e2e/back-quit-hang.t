# QUIT is answered at once, whatever the backend does.

== backend
QUIT: !hang

== client
@ehlo
@quit
