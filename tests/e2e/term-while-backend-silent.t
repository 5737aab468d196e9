# SIGTERM while the gate waits for the backend: 421, and the client is not left
# hanging until the backend's limit.

== backend
${VERB}:
    !signal there
    !hang

== client
${LINES}
!wait there
!kill TERM
< <<421 4.3.2|451 4.3.2|421 4.4.2>> *
!gone

== delivered none

== table
case    | VERB | LINES
connect | connect | 
ehlo    | EHLO | @greet // > EHLO c.example
mail    | MAIL | @ehlo // > MAIL FROM:<a@x>
rcpt    | RCPT | @ehlo // > MAIL FROM:<a@x> // < 250 2.1.0 sender ok // > RCPT TO:<b@y>
data    | DATA | @ehlo // @mail // @send
