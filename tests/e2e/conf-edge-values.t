# Values at the edges of their ranges work.

== config
[Server]
${SERVER}

== client
@ehlo
@mail
@send
< 250 2.0.0 queued as 1
@quit

== table
case     | SERVER
memory   | SpoolMemory = 4K
units    | SocketTimeout = 1m // SessionTimeout = 2h // DataTimeout = 1d // MaxMessageSize = 1G
quoted   | Hostname = "gate.example"
case     | HOSTNAME = gate.example // sockettimeout=60
comment  | MaxErrors = 3 ; three
hash     | MaxErrors = 3 # three
no-limit | MaxMessageSize = 0
