# RSET, DATA and QUIT take no argument, HELO and EHLO need one: a lenient parser
# in front of a strict one (or the reverse) is how commands get smuggled.

== client
@ehlo
@mail
> ${COMMAND}
< 501 5.5.4 *
@quit

== table
case  | COMMAND
rset  | RSET now
data  | DATA now
quit  | QUIT now
helo  | HELO
ehlo  | EHLO
