# A qmail site: the backend is a program on two descriptors.  It gets the
# client's address from the environment and the mail from its input.

== gate
child
one-byte always

== client
@ehlo
@mail
@send
< 250 2.0.0 queued as 1
@quit

== backend
offer PIPELINING; 8BITMIME

== backend saw
(connect)
EHLO c.example
MAIL FROM:<a@x>
RCPT TO:<b@y>
DATA
(mail 1)
QUIT
(we closed)

== delivered
Subject: t

hello

== child environment
PROTO=TCP
TCPREMOTEIP=127.0.0.1
TCPREMOTEPORT=${CPORT}
TCPLOCALPORT=${LPORT}
!LISTEN_FDS
!LISTEN_PID
