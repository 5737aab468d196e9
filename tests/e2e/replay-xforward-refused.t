# In the replay of an envelope the backend refuses to hear who the client is, and
# may take the MAIL behind it all the same.  The mail must not go out as the
# gate's own, and the next one of the session must find no open transaction: both
# go over a new connection.

== config
[Backend]
Identity = xforward

== backend
offer ${MORE}XFORWARD ADDR
@1 XFORWARD#2: 550 5.7.0 no

== filter
EOM#1: chgfrom n@z // accept

== client
@ehlo
@mail
@send
< 250 2.0.0 queued as 1
@mail
@send
< 250 2.0.0 queued as 2
@quit

== backend saw
...
RSET
XFORWARD ADDR=127.0.0.1
...
(connect)
EHLO gate.example
EHLO c.example
XFORWARD ADDR=127.0.0.1
MAIL FROM:<n@z><<( SIZE=\d+)?>>
RCPT TO:<b@y>
DATA
(mail 1)
XFORWARD ADDR=127.0.0.1
MAIL FROM:<a@x>
...

== table
case  | MORE
plain |
group | PIPELINING;
