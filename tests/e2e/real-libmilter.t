# The real libmilter takes what the gate sends: every callback, in order, with
# its arguments and the macros that it can see.

== recfilter
-m "i j {daemon_name} {client_addr} {mail_addr} {rcpt_addr} {auth_type}"

== client
@ehlo
> FOO bar
< <<50[02] 5.5.[12]>> *
> MAIL FROM:<a@x> SIZE=100
< 250 2.1.0 sender ok
> RCPT TO:<b@y>
< 250 2.1.5 recipient ok
@send
< 250 2.0.0 queued as 1
@mail
> RSET
< 250 2.0.0 *
@mail
@send
< 250 2.0.0 queued as 2
@quit

== recfilter saw
negotiate 1ff 1fffff
connect <<localhost|\[127.0.0.1\]>> 127.0.0.1 ${CPORT}
  macros j=gate.example {daemon_name}=MTA {client_addr}=127.0.0.1
helo c.example
  macros j=gate.example {daemon_name}=MTA {client_addr}=127.0.0.1
unknown FOO bar
  macros j=gate.example *
mail <a@x> SIZE=100
  macros i=<<\w+>> j=gate.example {daemon_name}=MTA {client_addr}=127.0.0.1 {mail_addr}=a@x
rcpt <b@y>
  macros i=<<\w+>> <<.*>> {mail_addr}=a@x {rcpt_addr}=b@y
data
  macros i=<<\w+>> <<.*>> {rcpt_addr}=b@y
header Subject|t
  macros *
eoh
  macros *
body 7
  macros *
eom body 7 <<[0-9a-f]{16}>>
  macros *
mail <a@x>
  macros *
rcpt <b@y>
  macros *
abort
mail <a@x>
  macros *
rcpt <b@y>
  macros *
data
  macros *
header Subject|t
  macros *
eoh
  macros *
body 7
  macros *
eom body 7 <<[0-9a-f]{16}>>
  macros *
close
