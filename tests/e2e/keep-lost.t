# A backend that hangs up while it waits, politely or not, is connected again and
# told everything anew, once; the client, in the middle of its data, notices
# nothing, and the mail is there once.

== config
[Backend]
KeepAlive = 1
SocketTimeout = 1

== backend
@1 NOOP:
    ${SAYS}
    !signal noop
    ${THEN}

== client
@ehlo
@mail
> DATA
!reply 354
>> Subject: t\r\n
!wait noop
>> \r\nhello\r\n.\r\n
< 250 2.0.0 queued as 1
@quit

== backend saw
(connect)
EHLO c.example
MAIL FROM:<a@x>
RCPT TO:<b@y>
NOOP
${END}
(connect)
EHLO c.example
MAIL FROM:<a@x><<( SIZE=\d+)?>>
RCPT TO:<b@y>
DATA
(mail 1)
QUIT
(we closed)

== delivered
Subject: t

hello

== log
/ backend ${B0}: ${WHY}

== table
case    | SAYS | THEN | END | WHY
421     | 421 4.4.2 idle for too long | !close | (we closed) | answered NOOP with 421 4.4.2 idle for too long
closed  | !signal quiet | !close | (we closed) | connection closed
354     | 354 what | !hang | <<\((eof|reset)\)>> | answered NOOP with 354 what
surplus | 250 ok // 250 again | !hang | <<\((eof|reset)\)>> | spoke without a question: 250 again
silent  | !signal quiet | !hang | <<\((eof|reset)\)>> | timed out
