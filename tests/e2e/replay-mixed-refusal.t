# One of two recipients refused in the replay: never deliver to the rest in
# silence.

== backend
RCPT#4 <b@y>: 550 5.1.1 gone

== filter
EOM: delrcpt c@y // accept

== client
@ehlo
@mail
> RCPT TO:<c@y>
< 250 2.1.5 recipient ok
> RCPT TO:<d@y>
< 250 2.1.5 recipient ok
@send
< 451 4.3.0 *
@quit

== delivered none
