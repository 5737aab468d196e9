# The same shapes without any filter: the gate parses as if there were one, and a
# header without a body gets the empty line that ends it.

== client
@ehlo
@mail
> DATA
< 354 *
>> ${OCTETS}.\r\n
< 250 2.0.0 queued as 1
@quit

== delivered
${MAIL}

== table
case         | OCTETS | MAIL
no-separator | A: b\r\n | A: b // \{0*}
no-header    | \r\nc\r\n | \{0*} // c
separator    | A: b\r\n\r\n | A: b // \{0*}
long-line    | A: b\r\n\r\n\{5000*x}\r\n | A: b // \{0*} // \{5000*x}
long-header  | A: \{5000*x}\r\n\r\n | A: \{5000*x} // \{0*}
