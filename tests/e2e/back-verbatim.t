# Refusals of the backend reach the client as they are, all lines, codes and
# text: users and postmasters read them.

== backend
MAIL#1:
    ${MAIL}
RCPT#1:
    ${RCPT}

== client
@ehlo
> MAIL FROM:<a@x>
< ${MAIL}
> MAIL FROM:<a@x>
< 250 2.1.0 sender ok
> RCPT TO:<b@y>
< ${RCPT}
> RCPT TO:<b@y>
< 250 2.1.5 recipient ok
@quit

== table
case   | MAIL | RCPT
simple | 550 5.7.1 no | 550 5.1.1 unknown
multi  | 550-5.7.1 no // 550-5.7.1 never // 550 5.7.1 ever | 450-4.2.0 wait // 450 4.2.0 a while
bare   | 451 try later | 551 moved
utf8   | 553 5.1.3 \xc3\xa9 | 550 5.1.1 \xc3\xa9
