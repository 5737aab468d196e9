# Whoever guesses recipients is cut off after MaxRefusedRecipients; greylisting,
# a client that is trusted, and one that has delivered a mail in between are
# left alone.

== config
[Server]
MaxRefusedRecipients = 3
Trusted = ${TRUSTED}

== backend
RCPT#1: ${FIRST}
RCPT <no@y>: 550 5.1.1 no such user

== client
@ehlo
> MAIL FROM:<a@x>
< 250 2.1.0 sender ok
> RCPT TO:<no@y>
!reply any
> RCPT TO:<no@y>
< 550 5.1.1 no such user
${LINES}

== table
case     | TRUSTED   | FIRST                | LINES
limit    | 192.0.2.1 | 551 5.1.6 moved      | > RCPT TO:<no@y> // < 550 5.1.1 no such user // < 421 4.7.0 * // !gone
piped    | 192.0.2.1 | 553 5.1.1 not local  | > RCPT TO:<no@y> // > RCPT TO:<b@y> // < 550 5.1.1 no such user // < 421 4.7.0 * // !gone
greylist | 192.0.2.1 | 450 4.2.0 greylisted | > RCPT TO:<no@y> // < 550 5.1.1 no such user // > RCPT TO:<b@y> // < 250 2.1.5 recipient ok // @quit
trusted  | 127.0.0.1 | 551 5.1.6 moved      | > RCPT TO:<no@y> // < 550 5.1.1 no such user // > RCPT TO:<b@y> // < 250 2.1.5 recipient ok // @quit
mail     | 192.0.2.1 | 551 5.1.6 moved      | > RCPT TO:<b@y> // < 250 2.1.5 recipient ok // @send // < 250 2.0.0 queued as 1 // > MAIL FROM:<a@x> // < 250 2.1.0 sender ok // > RCPT TO:<no@y> // < 550 5.1.1 no such user // > RCPT TO:<no@y> // < 550 5.1.1 no such user // @quit
