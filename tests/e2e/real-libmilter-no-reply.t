# All NR_* bits through libmilter, and its own macro lists.

== recfilter
-P 0xff080 -s "mail={mail_addr} i" -s "eom=j" -m "i j {mail_addr}"

== client
@ehlo
@mail
@send
< 250 2.0.0 queued as 1
@mail
@send
< 250 2.0.0 queued as 2
@quit

== recfilter saw
negotiate 1ff 1fffff
...
mail <a@x>
...
eom body 7 <<[0-9a-f]+>>
...
mail <a@x>
...
eom body 7 <<[0-9a-f]+>>
...
close
