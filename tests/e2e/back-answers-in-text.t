# A backend that answers before it has the dot: what it says cannot be about this
# mail, and a 250 taken for the answer to the dot would lose it.  (One that comes
# only with the dot on its way cannot be told from the answer: no one-byte run.)

== gate
one-byte no

== backend
DATA:
    ${ANSWER}

== client
@ehlo
@mail
@send
< 451 4.<<[34].\d>> *
> QUIT
!reply 221

== delivered none

== table
case | ANSWER
250  | 354 go ahead\r\n250 2.0.0 queued already
421  | 354 go ahead\r\n421 4.3.2 going down
