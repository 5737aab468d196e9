# A field added to a mail without any: the body does not become header.

== filter
EOM: addheader X|v // accept

== client
@ehlo
@mail
> DATA
< 354 *
>> ${OCTETS}.\r\n
< 250 2.0.0 queued as 1
@quit

== delivered
X: v

${BODY}

== table
case  | OCTETS | BODY
blank | \r\nB: body\r\n | B: body
text  | just text\r\n | just text
