# Name0 labels the filter in the log.

== filter
label virus
EOM: reject

== client
@ehlo
@mail
@send
< 554 5.7.1 *
@quit

== log
mail result=rejected by=filter:virus stage=eom code=554
