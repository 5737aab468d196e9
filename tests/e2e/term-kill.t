# Killed without warning while it holds a mail: the backend has seen no DATA, so
# nothing partial can have been delivered.

== filter
EOM: signal thinking // wait done // accept

== client
@ehlo
@mail
@send
!wait thinking
!kill KILL
!gone
!signal done

== backend saw
(connect)
EHLO c.example
MAIL FROM:<a@x>
RCPT TO:<b@y>
<<\((eof|reset)\)>>

== exit
signal 9
