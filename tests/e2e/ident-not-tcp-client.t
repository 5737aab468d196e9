# A client without an address is unknown, not local.  XCLIENT can say so.  PROXY
# cannot: a server takes UNKNOWN and LOCAL for the gate itself, and may relay for
# that; such a client is turned away.

== gate
transport ${HOW}

== config
[Backend]
Identity = ${MODE}

== backend
${WORDS}

== client
${DIALOGUE}

== backend saw
${SAW}

== table
case    | HOW | MODE | WORDS | DIALOGUE | SAW
xclient | pipe | xclient | offer XCLIENT NAME ADDR PORT | < 220 be.example ESMTP again // > QUIT // < 221 * | (connect) // EHLO gate.example // XCLIENT <<.*>>ADDR=[UNAVAILABLE] // QUIT // (we closed)
v1      | pipe | proxy-v1 | proxy v1 | < 421 4.3.5 * |
v2      | unix | proxy-v2 | proxy v2 | < 421 4.3.5 * |
noop    | pipe | noop | offer SIZE | < 220 be.example ESMTP // > QUIT // < 221 * | (connect) // NOOP Connection from: unknown, <<.*>> // QUIT // (we closed)
