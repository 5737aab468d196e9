# A filter on trial in front of others: they see the mail as it is, and theirs is
# the verdict.

== config
[MailFilter]
Mode0 = monitor

== filter 0
EOM: addheader X-Trial|1 // replbody new\r\n // addrcpt c@y // accept

== filter 1
protocol HDR_LEADSPC
EOM: addheader X-Real| 2 // accept

== client
@ehlo
@mail
@send
< 250 2.0.0 queued as 1
@quit

== filter 1 saw
...
DATA
HEADER Subject| t
EOH
BODY 7 hello\r\n
EOM
QUIT
(eof)

== delivered
Subject: t
X-Real: 2

hello

== backend saw
(connect)
EHLO c.example
MAIL FROM:<a@x>
RCPT TO:<b@y>
DATA
(mail 1)
QUIT
(we closed)
