# DaemonName and Hostname are what policies of filters are bound to.

== config
[Server]
DaemonName = ORIGINATING
Hostname = mx.example

== filter

== client
@ehlo
@mail
@quit

== filter macros
CONNECT {daemon_name}=ORIGINATING j=mx.example
MAIL {daemon_name}=ORIGINATING j=mx.example
