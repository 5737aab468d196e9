# milter-mta-side.md 4.8 point 2 with the real libmilter: an unknown command
# between RCPT and DATA. libmilter drops headers that come behind UNKNOWN, so a
# filter without DATA must not be sent it, or its mail waits for R at each stray
# command of a client.

== recfilter
-P ${BITS}

== client
@ehlo
@mail
> XFROB
< 500 5.5.2 *
> RCPT TO:<c@y>
< 250 2.1.5 recipient ok
> XFROB
< 500 5.5.2 *
@send
< 250 2.0.0 queued as 1
@quit

== recfilter saw
...
rcpt <c@y>
...
eom body 7 <<[0-9a-f]+>>
close

== table
case | BITS
data | 0
no-data | 0x200
no-mail-no-data | 0x204
