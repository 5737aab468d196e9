# Every edit that libmilter can send, and what becomes of them.

== recfilter
-e "progress" -e "addheader X-Add|1" -e "insheader 0 X-Top|2" -e "chgheader 1 Subject|changed" -e "addrcpt <c@y>" -e "delrcpt <b@y>" -e "chgfrom <n@z>" -e "replacebody new\\r\\nbody\\r\\n"

== client
@ehlo
@mail
@send
< 250 2.0.0 queued as 1
@quit

== backend saw
(connect)
EHLO c.example
MAIL FROM:<a@x>
RCPT TO:<b@y>
RSET
MAIL FROM:<n@z><<( SIZE=\d+)?>>
RCPT TO:<c@y>
DATA
(mail 1)
QUIT
(we closed)

== delivered
X-Top: 2
Subject: changed
X-Add: 1

new
body
