# The second filter is shown the mail as the first left it: signatures (DKIM
# behind a footer) are made over what is delivered.

== gate
one-byte always

== filter 0
EOM: addheader X-First|1 // chgheader 1 Subject|changed // replbody new\r\nbody\r\n // continue

== filter 1
protocol HDR_LEADSPC
EOM: addheader X-Second| 2 // continue

== filter 2

== client
@ehlo
@mail
@send
< 250 2.0.0 queued as 1
@quit

== filter 1 saw
...
DATA
HEADER Subject| changed
HEADER X-First| 1
EOH
BODY 11 new\r\nbody\r\n
EOM
QUIT
(eof)

== filter 2 saw
...
HEADER Subject|changed
HEADER X-First|1
HEADER X-Second|2
EOH
BODY 11 new\r\nbody\r\n
EOM
QUIT
(eof)

== delivered
Subject: changed
X-First: 1
X-Second: 2

new
body
