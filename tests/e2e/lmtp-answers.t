# Several recipients, because a filter added one or LmtpRecipients allows it: the
# client hears one answer that loses no mail.  250 only when all have it; what was
# taken for some is tried again, and those who have it get it twice.

== config
[Backend]
LmtpRecipients = 3

== backend
lmtp yes
body <b@y>: ${B}
body <c@y>: ${C}
body <d@y>: ${D}

== filter
EOM: addrcpt d@y // accept

== client
@ehlo
@mail
> RCPT TO:<c@y>
< 250 2.1.5 recipient ok
@send
< ${REPLY}
@mail
> QUIT
!reply 221

== log
recipient to=<b@y> code=<<\d+>>
recipient to=<c@y>
recipient to=<d@y>
mail result=${RESULT} by=backend stage=dot nrcpt=3

== table
case  | B            | C            | D            | REPLY | RESULT
all   | 250 2.0.0 b  | 250 2.0.0 c  | 250 2.1.5 d  | 250 2.0.0 b | accepted
none  | 550 5.2.2 b  | 554 5.2.1 c  | 552 5.2.2 d  | 550 5.2.2 b | rejected
later | 451 4.2.2 b  | 450 4.2.0 c  | 452 4.3.1 d  | 451 4.2.2 b | tempfailed
mixed | 250 2.0.0 b  | 250 2.0.0 c  | 550 5.2.2 d  | 451 4.3.0 * | tempfailed
first | 550 5.2.2 b  | 250 2.0.0 c  | 250 2.0.0 d  | 451 4.3.0 * | tempfailed
fails | 550 5.2.2 b  | 451 4.2.2 c  | 550 5.2.2 d  | 451 4.3.0 * | tempfailed
