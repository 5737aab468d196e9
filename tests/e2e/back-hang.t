# A backend that stops answering: the client gets a temporary failure within
# the limit.

== config
[Backend]
SocketTimeout = 1
ConnectRetry = 1

== backend
${VERB}:
    !hang

== client
${LINES}
< ${REPLY}
!close

== delivered none

== table
case | VERB | LINES | REPLY
ehlo | EHLO | @greet // > EHLO c.example | <<4[25]1 4.[34].[0-2]>> *
mail | MAIL | @ehlo // > MAIL FROM:<a@x> | <<4[25]1 4.[34].[0-2]>> *
rcpt | RCPT | @ehlo // > MAIL FROM:<a@x> // < 250 2.1.0 sender ok // > RCPT TO:<b@y> | <<4[25]1 4.[34].[0-2]>> *
data | DATA | @ehlo // @mail // @send | 451 4.4.2 *
