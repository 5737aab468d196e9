# Who reads "451 4.3.2" in a client's log has to find out which filter it was, at
# what, and whether it was slow or dead.

== filter
failure T
label scanner
times C:5s;S:5s;R:1s;E:1s
${STAGE}:
    ${HOW}

== client
!reply 220
> EHLO c.example
!reply 250
${LINES}
< 451 4.3.2 Please try again later
!close

== log
/ filter scanner \(S=inet:\d+@127\.0\.0\.1, F=T, T=[^)]*\): at ${AT} after ${MS} ms: ${WHY}

== table
case         | STAGE | HOW | LINES | AT | MS | WHY
negotiation  | OPTNEG | close | > MAIL FROM:<a@x> | negotiation | [0-9]+ | .
not-o        | OPTNEG | continue | > MAIL FROM:<a@x> | negotiation | [0-9]+ | answer is no option packet: c\n
version      | OPTNEG | packet O \0\0\0\x01\0\0\0\0\0\0\0\0 | > MAIL FROM:<a@x> | negotiation | [0-9]+ | protocol version not 2 to 6: O(\\x00){3}\\x01(\\x00){8}\n
silent       | OPTNEG | hang | > MAIL FROM:<a@x> | negotiation | [1-9][0-9]{3} | timed out
connect      | CONNECT | close | > MAIL FROM:<a@x> | connect | [0-9]+ | .
helo         | HELO | close | > MAIL FROM:<a@x> | helo | [0-9]+ | .
helo-hang    | HELO | hang | > MAIL FROM:<a@x> | helo | [1-9][0-9]{3} | timed out
mail         | MAIL | packet X \{0*} | > MAIL FROM:<a@x> | mail | [0-9]+ | unknown answer: X\n
rcpt-hang    | RCPT | hang | > MAIL FROM:<a@x> // !reply 250 // > RCPT TO:<b@y> | rcpt | [1-9][0-9]{3} | timed out
data         | DATA | close | @mail // > DATA | data | [0-9]+ | .
header       | HEADER | reset | @mail // @send | header | [0-9]+ | .
eoh          | EOH | packet X \{0*} | @mail // @send | eoh | [0-9]+ | unknown answer: X\n
body         | BODY | close | @mail // @send | body | [0-9]+ | .
body-hang    | BODY | hang | @mail // @send | body | [1-9][0-9]{3} | timed out
eom          | EOM | close | @mail // @send | eom | [0-9]+ | .
eom-hang     | EOM | hang | @mail // @send | eom | [1-9][0-9]{3} | timed out
