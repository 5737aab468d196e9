# The client hangs up after the dot while a filter still thinks.  It will send
# the mail again, so delivering it now means twice.

== filter
EOM: signal thinking // wait gone // accept

== client
@ehlo
@mail
@send
!wait thinking
!${HOW}
!signal gone
${END}

== backend saw
(connect)
EHLO c.example
MAIL FROM:<a@x>
RCPT TO:<b@y>
QUIT
(we closed)

== delivered none

== filter saw
...
EOM
<<ABORT|QUIT|\(.*\)>>
...

== log
mail result=aborted by=client

== table
case  | HOW | END
close | close | 
reset | reset | 
half  | halfclose | !close
