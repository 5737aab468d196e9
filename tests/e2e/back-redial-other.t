# The backend is lost within a mail and stays away.  Another may take its place
# if it offers what the client was told of; one that offers less is passed over,
# or what the client asked for would silently be lost.

== config
[Backend]
ConnectRetry = 0

== backend 0
weight 1000000
offer DSN; PIPELINING; SIZE 1000000
RCPT: 250 2.1.5 recipient ok // !stop // !close // !signal said

== backend 1
weight 1
offer PIPELINING; SIZE 1000000

== backend 2
weight 0
offer ${OFFER}; PIPELINING; SIZE 1000000; 8BITMIME

== client
@ehlo
> MAIL FROM:<a@x> RET=HDRS
< 250 2.1.0 sender ok
> RCPT TO:<b@y> NOTIFY=NEVER
< 250 2.1.5 recipient ok
!wait said
@send
< ${REPLY}
${END}

== backend 1 saw
(connect)
EHLO c.example
<<\((eof|reset)\)>>

== backend 2 saw
(connect)
EHLO c.example
${SAW}

== table
case   | OFFER | REPLY | END | SAW
enough | DSN   | 250 2.0.0 queued as 1 | @quit | MAIL FROM:<a@x> RET=HDRS<<( SIZE=\d+)?>> // RCPT TO:<b@y> NOTIFY=NEVER // DATA // (mail 1) // QUIT // (we closed)
none   | DELIVERBY | 451 4.4.2 * | > QUIT // !reply 221 | <<\((eof|reset)\)>>
