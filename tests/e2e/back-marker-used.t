# A server that another session found down is put behind the others, for a minute;
# when it is needed all the same, and answers, it is up again for everybody.

== gate
down 0

== backend 0
weight 1000000

== backend 1
weight 0
listen ${HOW}

== client
< 220 be.example ESMTP
@quit

== backend 0 saw
${SAW}

== runtime
${LEFT}

== table
case    | HOW    | SAW | LEFT
spared  | tcp4   | | down-${B0}
needed  | refuse | (connect) // QUIT // (we closed) | down-${B1}
