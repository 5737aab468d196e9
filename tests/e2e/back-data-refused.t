# What the backend says to DATA (greylisting, policy) comes as the final reply,
# verbatim; the client had its 354 long ago.

== backend
DATA:
    ${ANSWER}

== client
@ehlo
@mail
@send
< ${REPLY}
> QUIT
!reply 221

== delivered none

== table
case | ANSWER | REPLY
451  | 451-4.7.1 greylisted // 451 4.7.1 come back | 451-4.7.1 greylisted // 451 4.7.1 come back
554  | 554 5.7.1 policy | 554 5.7.1 policy
503  | 503 5.5.1 huh | 503 5.5.1 huh
250  | 250 2.0.0 ok already | 451 4.3.0 *
220  | 220 welcome | 451 4.3.0 *
bad  | !raw nonsense\r\n | 451 4.<<3.0|4.2>> *
