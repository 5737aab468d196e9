# Mails that are declared too large for a scanner pass it at once, whatever their
# size then is: it hears nothing of them, and the next one is its again.

== config
[MailFilter]
Skip0 = larger=1000

== filter 0
failure T
RCPT <no@y>: reject

== filter 1

== client
@ehlo
> MAIL FROM:<a@x> SIZE=${SIZE}
< 250 2.1.0 sender ok
> RCPT TO:<no@y>
< ${REPLY}
> RCPT TO:<b@y>
< 250 2.1.5 recipient ok
@send
< 250 2.0.0 queued as 1
> MAIL FROM:<a@x>
< 250 2.1.0 sender ok
> RCPT TO:<no@y>
< 550 5.7.1 *
> RCPT TO:<b@y>
< 250 2.1.5 recipient ok
@send
< 250 2.0.0 queued as 2
@quit

== filter 0 saw
OPTNEG *
CONNECT *
HELO *
${SAW}
MAIL <a@x>
RCPT <no@y>
RCPT <b@y>
DATA
HEADER Subject|t
EOH
BODY 7 hello\r\n
EOM
QUIT
(eof)

== filter 1 saw
OPTNEG *
CONNECT *
HELO *
MAIL <a@x> SIZE=${SIZE}
...
RCPT <b@y>
DATA
HEADER Subject|t
EOH
BODY 7 hello\r\n
EOM
MAIL <a@x>
RCPT <b@y>
DATA
HEADER Subject|t
EOH
BODY 7 hello\r\n
EOM
QUIT
(eof)

== table
case   | SIZE | REPLY | SAW
larger | 1001 | 250 2.1.5 recipient ok | 
far    | 20000000 | 250 2.1.5 recipient ok | 
equal  | 1000 | 550 5.7.1 * | MAIL * // RCPT <no@y> // RCPT <b@y> // DATA // HEADER * // EOH // BODY * // EOM
zero   | 0 | 550 5.7.1 * | MAIL * // RCPT <no@y> // RCPT <b@y> // DATA // HEADER * // EOH // BODY * // EOM
