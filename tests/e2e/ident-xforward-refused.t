# A server that does not take XFORWARD is not used: its logs and filters would
# show the gate in the client's place.

== config
[Backend]
Identity = xforward

== backend
offer PIPELINING${OFFER}
${RULES}

== client
${DIALOGUE}

== delivered none

== log
/ backend:? \S+: ${WHY}

== table
case    | OFFER | RULES | DIALOGUE | WHY
missing | | | < 421 4.3.5 * // !gone | offers no XFORWARD
no-addr | ; XFORWARD NAME PORT | | < 421 4.3.5 * // !gone | offers no XFORWARD
refused | ; XFORWARD ADDR | XFORWARD: 550 5.7.0 no | @ehlo // > MAIL FROM:<a@x> // < 451 4.4.2 * // @quit | refused XFORWARD
