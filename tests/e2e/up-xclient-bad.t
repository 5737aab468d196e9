# XCLIENT that is wrong changes nothing: half of a client is nobody.

== config
[Server]
XclientFrom = 127.0.0.1

== client
@ehlo
> XCLIENT${SAID}
< 501 5.5.4 *
@mail
@quit

== log
session client=127.0.0.1 via=-

== table
case   | SAID
none   |
what   | \x20FOO=bar
empty  | \x20ADDR=
no-eq  | \x20ADDR
addr   | \x20ADDR=192.0.2
name-a | \x20ADDR=c.example
nobody | \x20ADDR=0.0.0.0
scope  | \x20ADDR=fe80::1%eth0
port   | \x20ADDR=192.0.2.7 PORT=65536
sign   | \x20PORT=+2B1
name   | \x20NAME=a..b ADDR=192.0.2.7
xtext  | \x20HELO=a+2
xtext2 | \x20HELO=a+zz
ctrl   | \x20LOGIN=a+0Db
nul    | \x20LOGIN=a+00b
long   | \x20LOGIN=\{256*x}
proto  | \x20PROTO=HTTP
