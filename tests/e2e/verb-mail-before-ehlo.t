# MAIL without HELO is the backend's to judge (RFC 5321 lets a server accept it);
# some status pages and printers do just that.

== backend
MAIL: 503 5.5.1 say hello first

== client
@greet
> MAIL FROM:<a@x>
< 503 5.5.1 say hello first
> QUIT
< 221 2.0.0 *

== backend saw
(connect)
MAIL FROM:<a@x>
QUIT
(we closed)
