# ConnectRetry is how often the whole list is tried again: too few, and clients
# notice each restart of a backend; too many, and they wait in vain.

== config
[Backend]
ConnectRetry = ${RETRY}

== backend 0
connect: !close

== backend 1
connect: !close

== client
< 421 4.3.2 gate.example Service not available
!gone

== backend 0 saw
${SAW}

== backend 1 saw
${SAW}

== table
case  | RETRY | SAW
never | 0     | (connect) // (we closed)
twice | 2     | (connect) // (we closed) // (connect) // (we closed) // (connect) // (we closed)
