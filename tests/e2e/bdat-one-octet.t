# A mail in chunks of one octet costs answers, and nothing that grows with their
# number: one mail for filters, backend and log.

== gate
one-byte no

== filter

== client
@ehlo
@mail
>> BDAT 14\r\nSubject: t\r\n\r\n\{20000*BDAT 1\r\nx}BDAT 0 LAST\r\n
!replies 20001 250
< 250 2.0.0 queued as 1
@quit

== delivered
Subject: t

\{20000*x}

== filter saw
...
RCPT <b@y>
DATA
HEADER Subject|t
EOH
BODY 20002 *
EOM
QUIT
(eof)

== log
mail size=20016 result=accepted
! mail size=20015
