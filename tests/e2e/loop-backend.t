# A backend that is the gate itself would start gates until the launcher has no
# more: the address by which the client came in is not dialled, and the admin
# reads why.

== gate
transport ${HOW}

== config
[Backend]
Server0 = ${WHERE}:${LPORT} 10
ConnectRetry = 0

== client
< 421 4.3.5 *
!gone

== log
/ no backend: \S+: connect: leads back to the gate itself

== table
case   | HOW | WHERE
tcp4   | tcp4 | 127.0.0.1
tcp6   | tcp6 | [::1]
mapped | mapped | 127.0.0.1
other  | mapped | [::ffff:127.0.0.1]
