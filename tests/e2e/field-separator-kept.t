# stalwartlabs/stalwart #3218, MailScanner/v5 PR #650: the empty line behind the
# header was lost when the body was empty; the next server took the first line
# of what it added for a header. It stays whatever filters do to header and
# body.

== filter
EOM: ${EDITS} // accept

== client
@ehlo
@mail
> DATA
< 354 *
>> A: 1\r\n${REST}.\r\n
< 250 2.0.0 queued as 1
@quit

== delivered
${MAIL}

== table
case | REST | EDITS | MAIL
added | \{0*} | addheader X|v | A: 1 // X: v // \{0*}
added-separator | \r\n | addheader X|v | A: 1 // X: v // \{0*}
inserted | \{0*} | insheader 1 X|v | X: v // A: 1 // \{0*}
deleted | \{0*} | chgheader 1 A| | \{0*}
emptied | \r\nbody\r\n | packet b \{0*} | A: 1 // \{0*}
given | \{0*} | replbody new\r\n | A: 1 // \{0*} // new
