# A server that cannot be reached is remembered for other sessions; otherwise
# each client of a site with a machine that is off waits for ConnectTimeout.  One
# that answers at all is not: its 421 may be meant for this client alone.

== backend 0
listen ${HOW}
weight 1000000
${SAYS}

== backend 1
weight 0

== client
@ehlo
@quit

== runtime
${LEFT}

== log
/ backend ${B1}: stands in for ${B0}: ${WHY}

== table
case   | HOW    | SAYS | LEFT | WHY
off    | refuse |      | down-${B0} | connect: Connection refused
closed | tcp4   | connect: !close | down-${B0} | connection closed
busy   | tcp4   | connect: 421 4.3.2 too busy | | greets with 421 4.3.2 too busy
