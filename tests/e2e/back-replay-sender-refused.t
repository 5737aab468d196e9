# After a redial the backend refuses the sender for now.  Its refusal of the
# recipient behind it only says that there is no sender; passed on as the answer
# to the mail ("503 need MAIL") it would make the client bounce it.  MAIL is said
# again before the mail is handed over.

== backend
@1 RCPT#1: 250 2.1.5 recipient ok // !close // !signal said
@2 MAIL${WHICH}: 450 4.3.2 not now

== client
@ehlo
@mail
!wait said
> RCPT TO:<c@y>
< 450 4.3.2 not now
@send
< ${REPLY}
@quit

== backend saw
(connect)
EHLO c.example
MAIL FROM:<a@x>
RCPT TO:<b@y>
(we closed)
(connect)
EHLO c.example
MAIL FROM:<a@x>
RCPT TO:<b@y>
MAIL FROM:<a@x><<( SIZE=\d+)?>>
RCPT TO:<b@y>
${SAW}
QUIT
(we closed)

== table
case   | WHICH | REPLY | SAW
once   | #2    | 250 2.0.0 queued as 1 | DATA // (mail 1)
always |       | 450 4.3.2 not now |
