# A backend with little patience (Postfix under stress: 10 seconds) says 421 and
# hangs up while the client sends its mail, or a filter thinks about it.  That
# is no answer to anything: the envelope goes over a new connection, and the
# mail arrives once.  Taken for the answer to the next command it would end the
# session of every client that is slow.

== config
[MailFilter]
ChainTimeout = 1m

== filter
EOM: signal thinking // wait ${FILTER} // accept

== backend
@1 RCPT: 250 2.1.5 recipient ok // !wait ${WHEN} // !raw 421 4.4.2 be.example idle for too long\r\n // !close // !signal bored

== client
@ehlo
@mail
${LINES}
< 250 2.0.0 queued as 1
@quit

== backend saw
(connect)
EHLO c.example
MAIL FROM:<a@x>
RCPT TO:<b@y>
(we closed)
(connect)
EHLO c.example
MAIL FROM:<a@x><<( SIZE=\d+)?>>
RCPT TO:<b@y>
DATA
(mail 1)
QUIT
(we closed)

== table
case     | WHEN     | FILTER   | LINES
command  | asked    | thinking | !signal asked // !wait bored // @send
text     | asked    | thinking | > DATA // < 354 * // >> A: b\r\n // !signal asked // !wait bored // >> \r\nx\r\n.\r\n
filter   | thinking | bored    | @send
