# A long line whose dot falls on the border of a read or of a chunk: the dot is
# not at the start of a line and must not become one.

== client
@ehlo
@mail
> DATA
< 354 *
>> \r\n\{${LENGTH}*x}.\r\n\{${LENGTH}*y}\r\n.\r\n
< 250 2.0.0 queued as 1
@quit

== delivered

\{${LENGTH}*x}.
\{${LENGTH}*y}

== table
case  | LENGTH
1023  | 1023
1024  | 1024
2047  | 2047
4094  | 4094
4095  | 4095
4096  | 4096
8190  | 8190
8191  | 8191
8192  | 8192
16383 | 16383
16384 | 16384
32767 | 32767
65533 | 65533
