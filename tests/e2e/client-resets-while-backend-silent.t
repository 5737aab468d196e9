# A client that is gone for certain is not waited for: the process ends at once
# and not when the backend's limit is over.

== config
[Backend]
SocketTimeout = 300
FinalTimeout = 300

== backend
${VERB}:
    !signal there
    !hang

== client
${LINES}
!wait there
!reset

== delivered none

== log
session end=lost

== table
case    | VERB | LINES
ehlo    | EHLO | @greet // > EHLO c.example
mail    | MAIL | @ehlo // > MAIL FROM:<a@x>
rcpt    | RCPT | @ehlo // > MAIL FROM:<a@x> // < 250 2.1.0 sender ok // > RCPT TO:<b@y>
data    | DATA | @ehlo // @mail // @send
