# A filter that answers twice: the second answer must not be taken for the one to
# the next command (rspamd did that once).

== filter
failure T
MAIL: continue // continue

== client
@ehlo
> MAIL FROM:<a@x>
< 250 2.1.0 sender ok
> RCPT TO:<b@y>
< 451 4.3.2 *
!close
