# The filters behind a skipped one are asked all the same.

== config
[MailFilter]
Skip0 = larger=100

== filter 0
EOM#1: reject

== filter 1
EOM: addheader X-Seen|yes // accept

== client
@ehlo
@mail
> DATA
< 354 *
>> A: b\r\n\r\n\{100*12345678\r\n}.\r\n
< 250 2.0.0 queued as 1
@mail
@send
< 554 5.7.1 *
@quit

== delivered
A: b
X-Seen: yes

\{99*12345678\r\n}12345678
