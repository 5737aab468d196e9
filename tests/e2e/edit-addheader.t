# ADDHEADER puts a field at the end of the header, never suppressing one of the
# same name; the value is written as the filter gave it.

== gate
one-byte always

== filter
protocol ${FLAGS}
EOM:
    ${EDITS}
    accept

== client
@ehlo
@mail
> DATA
< 354 *
>> A: 1\r\nB: 2\r\n\r\nbody\r\n.\r\n
< 250 2.0.0 queued as 1
@quit

== delivered
A: 1
B: 2
${ADDED}

body

== table
case        | FLAGS | EDITS | ADDED
one         | NONE | addheader X|v | X: v
two         | NONE | addheader X|v // addheader Y|w | X: v // Y: w
same        | NONE | addheader X|v // addheader X|v | X: v // X: v
existing    | NONE | addheader A|v | A: v
empty       | NONE | addheader X| | X:\x20
lead-none   | HDR_LEADSPC | addheader X|v | X:v
lead-blank  | HDR_LEADSPC | addheader X| v | X: v
lead-two    | HDR_LEADSPC | addheader X|  v | X:  v
lead-tab    | HDR_LEADSPC | addheader X|\tv | X:\tv
two-blanks  | NONE | addheader X| v | X:  v
8-bit       | NONE | addheader X|\xe9 | X: \xe9
long        | NONE | addheader X|\{20000*y} | X: \{20000*y}
