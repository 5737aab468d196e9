# Somebody who sends no header is not greeted, and does not stay.

== config
[Server]
ProxyFrom = 127.0.0.1

== client
!gone

== backend

== backend saw

== log
/ upstream 127\.0\.0\.1: PROXY header expected, nothing came
session end=upstream
