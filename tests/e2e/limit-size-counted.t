# The limit counts octets with CRLF and without stuffed dots (RFC 1870).  A mail
# of exactly that size passes, one octet more is refused after its end, and the
# session goes on.

== config
[Server]
MaxMessageSize = 1000

== client
@ehlo
@mail
> DATA
< 354 *
>> ${OCTETS}.\r\n
< ${REPLY}
> RSET
< 250 2.0.0 *
@quit

== delivered ${DELIVERED}
${MAIL}

== table
case      | OCTETS | REPLY | DELIVERED | MAIL
exact     | \r\n\{99*12345678\r\n}123456\r\n | 250 2.0.0 queued as 1 | 1 | \{0*} // \{98*12345678\r\n}12345678 // 123456
one-more  | \r\n\{99*12345678\r\n}1234567\r\n | 552 5.3.4 * | none | 
dots      | \r\n\{99*..2345678\r\n}..345678\r\n | 552 5.3.4 * | none | 
dots-fit  | \r\n\{90*..2345678\r\n}..3456\r\n | 250 2.0.0 queued as 1 | 1 | \{0*} // \{89*..2345678\r\n}..2345678 // ..3456
twice     | \r\n\{200*12345678\r\n} | 552 5.3.4 * | none | 
