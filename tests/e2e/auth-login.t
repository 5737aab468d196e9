# LOGIN asks twice: both lines belong to it, and the first is the name.

== config
[Server]
PlainAuth = always

== backend
offer AUTH LOGIN
AUTH: 334 VXNlcm5hbWU6
response#1: 334 UGFzc3dvcmQ6

== client
@ehlo
> AUTH LOGIN
< 334 VXNlcm5hbWU6
> am9l
< 334 UGFzc3dvcmQ6
> c2VjcmV0
< 235 2.7.0 welcome
@quit

== backend saw
(connect)
EHLO c.example
AUTH LOGIN
response am9l
response c2VjcmV0
QUIT
(we closed)

== log
session auth=LOGIN user=joe
