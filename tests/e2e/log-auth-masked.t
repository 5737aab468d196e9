# Passwords that a client sends although AUTH is not offered must not stand in
# the log, also not in the debug log.

== gate
args -d

== client
@ehlo
> AUTH PLAIN AGpvZQBzZWNyZXQ=
< <<50[23] 5.5.1>> *
> auth login c2VjcmV0
< <<50[23] 5.5.1>> *
@quit

== log
!/ AGpvZQBzZWNyZXQ|c2VjcmV0
/ (?i)AUTH \*\*\*\*
