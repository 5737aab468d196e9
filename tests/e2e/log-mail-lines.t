# One line for each mail, with its end and who decided: what an admin greps for.

== backend
body#2: 554 5.7.1 no

== filter
EOM#3: reject
EOM#4: discard

== client
@ehlo
@mail
@send
< 250 2.0.0 queued as 1
@mail
@send
< 554 5.7.1 no
@mail
@send
< 554 5.7.1 *
@mail
@send
< 250 2.0.0 *
@mail
> DATA
< 354 *
>> text
!close

== log
mail from=<a@x> nrcpt=1 to=<b@y> size=21 result=accepted by=backend code=250 reply="2.0.0 queued as 1"
mail result=rejected by=backend code=554
mail result=rejected by=filter:filter0 stage=eom code=554
mail result=discarded by=filter:filter0 stage=eom
mail result=aborted by=client
session mails=<<\d>> rcpts=5 end=lost
