# d--j/go-milter #31, phalaaxx/milter PR #16: libraries that end the connection
# when they have refused one recipient. The refusal counts for that recipient;
# what F= says counts for the next, and a client with ten recipients does not
# lose nine to a bug of the filter unless the admin wants it so.

== filter
failure ${FAILURE}
RCPT <bad@y>: reject // close

== client
@ehlo
@mail
> RCPT TO:<bad@y>
< 550 5.7.1 *
> RCPT TO:<c@y>
< ${NEXT}
@send
< ${LAST}
!close

== log
refused stage=rcpt to=<bad@y>

== table
case | FAILURE | NEXT | LAST
none | none | 250 2.1.5 recipient ok | 250 2.0.0 queued as 1
