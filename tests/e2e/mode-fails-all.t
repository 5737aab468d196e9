# Filters on trial that fail, each F= at once: an admin tries a filter in front of
# live mail only if no failure of it can ever touch one.

== config
[MailFilter]
Mode0 = monitor
Mode1 = monitor
Mode2 = monitor
Mode3 = monitor
MaxReplySize = 1M

== filter 0
failure none
${STAGE}:
    ${HOW}

== filter 1
failure R
${STAGE}:
    ${HOW}

== filter 2
failure T
${STAGE}:
    ${HOW}

== filter 3
failure 4
${STAGE}:
    ${HOW}

== filter 4
failure T
label behind
EOM: addheader X-Behind|yes // accept

== client
@ehlo
@mail
@send
< 250 2.0.0 queued as 1
@mail
@send
< 250 2.0.0 queued as 2
@quit

== filter 4 saw
OPTNEG *
CONNECT *
HELO c.example
MAIL <a@x>
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

== delivered 1
Subject: t
X-Behind: yes

hello

== delivered 2
Subject: t
X-Behind: yes

hello

== backend saw
(connect)
EHLO c.example
MAIL FROM:<a@x>
RCPT TO:<b@y>
DATA
(mail 1)
MAIL FROM:<a@x>
RCPT TO:<b@y>
DATA
(mail 2)
QUIT
(we closed)

== log
monitor filter=filter0 stage=${AT} would=fail
monitor filter=filter1 stage=${AT} would=fail
monitor filter=filter2 stage=${AT} would=fail
monitor filter=filter3 stage=${AT} would=fail
mail result=accepted by=backend stage=dot code=250
mail result=accepted by=backend stage=dot code=250
!/ (?s)monitor [^\n]*filter=filter0 .*monitor [^\n]*filter=filter0 

== table
case           | STAGE | AT | HOW
optneg-close   | OPTNEG | connect | close
optneg-not-o   | OPTNEG | connect | continue
optneg-short   | OPTNEG | connect | packet O \0\0\0\x06
version-1      | OPTNEG | connect | packet O \0\0\0\x01\0\0\0\0\0\0\0\0
version-7      | OPTNEG | connect | packet O \0\0\0\x07\0\0\0\0\0\0\0\0
actions        | OPTNEG | connect | packet O \0\0\0\x06\0\0\x02\0\0\0\0\0
connect-close  | CONNECT | connect | close
connect-byte   | CONNECT | connect | packet X \{0*}
helo-close     | HELO | helo | close
helo-reset     | HELO | helo | reset
mail-close     | MAIL | mail | close
mail-ascii     | MAIL | mail | raw UNKNOWN COMMAND\n
rcpt-close     | RCPT | rcpt | close
data-close     | DATA | data | close
header-close   | HEADER | header | close
header-edit    | HEADER | header | addheader X-Trial|v
eoh-close      | EOH | eoh | close
body-close     | BODY | body | close
body-long      | BODY | body | raw \x7f\xff\xff\xffc
eom-close      | EOM | eom | close
eom-reset      | EOM | eom | reset
eom-byte       | EOM | eom | packet X \{0*}
eom-cut        | EOM | eom | raw \0\0\0\x05r // close
eom-connfail   | EOM | eom | connfail
eom-half-edit  | EOM | eom | addheader X-Trial|v // delrcpt b@y // chgfrom n@z // close
eom-half-body  | EOM | eom | replbody half // close
eom-edit-cut   | EOM | eom | packet h X-Trial
eom-edit-index | EOM | eom | packet m \0\0
eom-too-much   | EOM | eom | replbody \{200000*1234567\n} // accept
