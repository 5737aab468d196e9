# INSHEADER counts as if the receiver's own Received line stood at 0: index 1 is
# above everything the filter saw, n below n-1 fields; too much is the end.

== filter
EOM:
    ${EDITS}
    accept

== client
@ehlo
@mail
> DATA
< 354 *
>> A: 1\r\nB: 2\r\nC: 3\r\n\r\nbody\r\n.\r\n
< 250 2.0.0 queued as 1
@quit

== delivered
${HEADER}

body

== table
case      | EDITS | HEADER
0         | insheader 0 X|v | X: v // A: 1 // B: 2 // C: 3
1         | insheader 1 X|v | X: v // A: 1 // B: 2 // C: 3
2         | insheader 2 X|v | A: 1 // X: v // B: 2 // C: 3
3         | insheader 3 X|v | A: 1 // B: 2 // X: v // C: 3
4         | insheader 4 X|v | A: 1 // B: 2 // C: 3 // X: v
5         | insheader 5 X|v | A: 1 // B: 2 // C: 3 // X: v
31-bit    | insheader 0x7fffffff X|v | A: 1 // B: 2 // C: 3 // X: v
32-bit    | insheader 0xffffffff X|v | A: 1 // B: 2 // C: 3 // X: v
pile-1    | insheader 1 X|v // insheader 1 Y|w | Y: w // X: v // A: 1 // B: 2 // C: 3
pile-0    | insheader 0 X|v // insheader 0 Y|w | Y: w // X: v // A: 1 // B: 2 // C: 3
0-then-1  | insheader 0 X|v // insheader 1 Y|w | X: v // Y: w // A: 1 // B: 2 // C: 3
after-del | chgheader 1 A| // insheader 2 X|v | B: 2 // X: v // C: 3
after-add | addheader Y|w // insheader 5 X|v | A: 1 // B: 2 // C: 3 // Y: w // X: v
ins-fold  | insheader 1 X|v\n w | X: v // \x20w // A: 1 // B: 2 // C: 3
