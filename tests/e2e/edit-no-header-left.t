# All fields deleted: the empty line before the body stays, or the body's first
# line becomes a header.

== filter
EOM: chgheader 1 A| // accept

== client
@ehlo
@mail
> DATA
< 354 *
>> A: 1\r\n\r\nB: not a header\r\n.\r\n
< 250 2.0.0 queued as 1
@quit

== delivered

B: not a header
