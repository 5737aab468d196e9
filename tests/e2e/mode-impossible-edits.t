# Edits that could not be carried out are no trouble on trial; in force they are
# 451.

== config
[MailFilter]
Mode0 = monitor
Mode1 = enforce

== filter 0
EOM: ${EDIT} // accept

== filter 1
EOM#2: ${EDIT} // accept

== client
@ehlo
@mail
@send
< 250 2.0.0 queued as 1
@mail
@send
< 451 4.3.0 *
!close

== delivered 1
Subject: t

hello

== table
case     | EDIT
address  | addrcpt c@y>\r\nRCPT TO:<evil@y
sender   | chgfrom a b@z
utf8     | addrcpt \xc3\xa9@y
