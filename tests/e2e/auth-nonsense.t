# A backend that answers AUTH with something that is neither challenge, success
# nor refusal: who is logged in there is unknown, so that connection ends and the
# client is told to come back.  250 in particular is no success.

== config
[Server]
PlainAuth = always

== backend
offer AUTH PLAIN
@1 AUTH: ${ACTION} // ${THEN}

== client
@ehlo
> AUTH PLAIN AGpvZQBzZWNyZXQ=
< 454 4.7.0 *
@mail
@quit

== log
refused stage=auth by=gate user=joe code=454
session auth=- user=-

== table
case     | ACTION | THEN
250      | 250 2.0.0 ok | !signal x
251      | 251 2.0.0 ok | !signal x
354      | 354 go ahead | !signal x
two      | 334-VXNl | 334 cm5hbWU6
control  | !raw 334 VXNl\x01\r\n | !signal x
junk     | !raw hello\r\n | !signal x
long     | !raw 334 \{13000*A}\r\n | !signal x
close    | !close | !signal x
reset    | !reset | !signal x
half     | !raw 334 VX | !close
