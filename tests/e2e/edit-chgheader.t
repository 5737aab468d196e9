# CHGHEADER counts fields of one name from 1; empty deletes.  Filters count
# deletions in three ways (ascending original numbers, always 1, descending), and
# forged Authentication-Results survive if one of them is not understood.

== gate
one-byte always

== filter
EOM:
    ${EDITS}
    accept

== client
@ehlo
@mail
> DATA
< 354 *
>> A: 1\r\nB: x\r\nA: 2\r\na: 3\r\nC: y\r\n\r\nbody\r\n.\r\n
< 250 2.0.0 queued as 1
@quit

== delivered
${HEADER}

body

== table
case        | EDITS | HEADER
change-1    | chgheader 1 A|n | A: n // B: x // A: 2 // a: 3 // C: y
change-2    | chgheader 2 A|n | A: 1 // B: x // A: n // a: 3 // C: y
change-0    | chgheader 0 A|n | A: n // B: x // A: 2 // a: 3 // C: y
name-case   | chgheader 3 A|n | A: 1 // B: x // A: 2 // A: n // C: y
lower       | chgheader 1 b|n | A: 1 // b: n // A: 2 // a: 3 // C: y
beyond      | chgheader 4 A|n | A: 1 // B: x // A: 2 // a: 3 // C: y // A: n
beyond-del  | chgheader 4 A| | A: 1 // B: x // A: 2 // a: 3 // C: y
unknown     | chgheader 1 Z|n | A: 1 // B: x // A: 2 // a: 3 // C: y // Z: n
unknown-del | chgheader 1 Z| | A: 1 // B: x // A: 2 // a: 3 // C: y
huge        | chgheader 0xffffffff A|n | A: 1 // B: x // A: 2 // a: 3 // C: y // A: n
huge-del    | chgheader 0x80000000 A| | A: 1 // B: x // A: 2 // a: 3 // C: y
delete-1    | chgheader 1 A| | B: x // A: 2 // a: 3 // C: y
delete-0    | chgheader 0 A| | B: x // A: 2 // a: 3 // C: y
ascending   | chgheader 1 A| // chgheader 2 A| // chgheader 3 A| | B: x // C: y
repeated    | chgheader 1 A| // chgheader 1 A| // chgheader 1 A| | B: x // C: y
descending  | chgheader 3 A| // chgheader 2 A| // chgheader 1 A| | B: x // C: y
two-of-asc  | chgheader 1 A| // chgheader 2 A| | B: x // a: 3 // C: y
two-of-rep  | chgheader 1 A| // chgheader 1 A| | B: x // a: 3 // C: y
revive      | chgheader 1 A| // chgheader 1 A|n | A: n // B: x // A: 2 // a: 3 // C: y
del-then-2  | chgheader 1 A| // chgheader 2 A|n | B: x // A: n // a: 3 // C: y
added       | addheader Z|1 // chgheader 1 Z|2 | A: 1 // B: x // A: 2 // a: 3 // C: y // Z: 2
added-del   | addheader Z|1 // chgheader 1 Z| | A: 1 // B: x // A: 2 // a: 3 // C: y
fold        | chgheader 1 B|v\n w | A: 1 // B: v // \x20w // A: 2 // a: 3 // C: y
all         | chgheader 3 A| // chgheader 2 A| // chgheader 1 A| // chgheader 1 B| // chgheader 1 C| // addheader N|1 | N: 1
