# A command line beyond 2048 octets: one 500, and nothing of it is acted upon,
# neither its start nor its tail.

== client
@ehlo
>> ${OCTETS}
< 500 5.5.<<[26]>> *
> NOOP
< 250 2.0.0 *
@quit

== backend saw
(connect)
EHLO c.example
QUIT
(we closed)

== table
case      | OCTETS
noop      | NOOP \{3000*x}\r\n
mail      | MAIL FROM:<\{3000*x}@x>\r\n
tail      | \{5000*x}MAIL FROM:<a@x>\r\n
exact     | NOOP \{2042*x}x\r\n
