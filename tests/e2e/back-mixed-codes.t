# Lines of one reply with different codes: the last line's code is the reply's.

== backend
body:
    !raw ${ANSWER}

== client
@ehlo
@mail
@send
< ${REPLY}
!close

== table
case  | ANSWER | REPLY
250-5 | 250-ok\r\n550 no\r\n | 550-ok // 550 no
451-2 | 451-wait\r\n250 ok\r\n | 250-wait // 250 ok
