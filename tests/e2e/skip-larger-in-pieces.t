# A mail that arrives slowly: a filter that may have to be left out sees none of it
# before its size is known, and those behind it wait for its edits.

== config
[MailFilter]
Skip1 = larger=1000

== filter 0
actions NONE
HEADER A|big: signal big // continue
HEADER A|small: signal small // continue

== filter 1
EOM: addheader X-One|1 // accept

== filter 2

== client
@ehlo
@mail
> DATA
< 354 *
>> A: big\r\n\r\n\{100*12345678\r\n}
!wait big
>> \{100*12345678\r\n}.\r\n
< 250 2.0.0 queued as 1
@mail
> DATA
< 354 *
>> A: small\r\n\r\nhel
!wait small
>> lo\r\n.\r\n
< 250 2.0.0 queued as 2
@quit

== filter 1 saw
OPTNEG *
CONNECT *
HELO *
MAIL *
RCPT *
DATA
ABORT
MAIL *
RCPT *
DATA
HEADER A|small
EOH
BODY 7 hello\r\n
EOM
QUIT
(eof)

== filter 2 saw
...
DATA
HEADER A|big
EOH
BODY 2000 *
EOM
MAIL *
RCPT *
DATA
HEADER A|small
HEADER X-One|1
EOH
BODY 7 hello\r\n
EOM
QUIT
(eof)
