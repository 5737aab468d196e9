# Recipients that the backend refused go only to filters that asked for them,
# with macros that say so, and their answer counts nothing.

== backend
RCPT <no@y>: 550 5.1.1 no such user

== filter 0
failure T
protocol RCPT_REJ
RCPT <no@y>: accept

== filter 1

== client
@ehlo
> MAIL FROM:<a@x>
< 250 2.1.0 sender ok
> RCPT TO:<no@y>
< 550 5.1.1 no such user
> RCPT TO:<b@y>
< 250 2.1.5 recipient ok
@send
< 250 2.0.0 queued as 1
@quit

== filter 0 saw
...
MAIL <a@x>
RCPT <no@y>
...

== filter 1 saw
...
MAIL <a@x>
RCPT <b@y>
DATA
HEADER *
EOH
BODY *
EOM
QUIT
(eof)

== filter 0 macros
RCPT {rcpt_mailer}=error {rcpt_host}=5.1.1 "{rcpt_addr}=<<(550 5.1.1 )?no such user>>"
