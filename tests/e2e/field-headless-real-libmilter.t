# milter-mta-side.md 4.8 point 4: a mail without any header, and a filter that
# wants DATA and HEADER but not EOH. libmilter then drops BODY and the end of
# message without an answer; Sendmail and Postfix wait until R is over and the
# mail is put off for ever. The real libmilter must answer, and see the body.

== recfilter
-P ${BITS}

== client
@ehlo
@mail
> DATA
< 354 *
>> \r\nbody\r\n.\r\n
< 250 2.0.0 queued as 1
@quit

== recfilter saw
...
rcpt <b@y>
...
eom body 6 <<[0-9a-f]+>>
close

== table
case | BITS
all | 0
no-eoh | 0x40
no-eoh-no-data | 0x240
no-header | 0x20
no-header-no-eoh | 0x60
