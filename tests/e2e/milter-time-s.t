# A filter that does not read: S limits writing.  With all no-reply flags there is
# nothing else that would notice.

== gate
one-byte no

== filter
failure T
protocol NR_ALL
times C:5s;S:1s;R:60s;E:60s
BODY: wait over

== client
@ehlo
@mail
> DATA
< 354 *
>> A: b\r\n\r\n\{1900000*12345678\r\n}.\r\n
< 451 4.3.2 *
!signal over
!close

== delivered none
