# A client that is to come again later need not wait to be told so.

== config
[Server]
GreetPause = 1m

== backend
connect: ${SAID}

== client
< ${CODE} *
${LINES}

== table
case | SAID                 | CODE | LINES
busy | 421 4.3.2 too busy   | 421  | !gone
no   | 554 5.7.1 no service | 554  | @quit
