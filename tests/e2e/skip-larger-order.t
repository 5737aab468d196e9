# A filter that may be left out of large mails stands in the middle of the chain:
# the others see the same edits in the same order, with it and without it.

== config
[MailFilter]
Skip1 = larger=1000

== filter 0
EOM: addheader X-Zero|0 // accept

== filter 1
EOM: addheader X-One|1 // accept

== filter 2
EOM: addheader X-Two|2 // accept

== filter 3

== client
@ehlo
@mail
> DATA
< 354 *
>> Subject: t\r\n\r\n\{200*1234567\r\n}.\r\n
< 250 2.0.0 queued as 1
@mail
@send
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
HEADER Subject|t
HEADER X-Zero|0
EOH
BODY *
EOM
QUIT
(eof)

== filter 3 saw
OPTNEG *
CONNECT *
HELO *
MAIL *
RCPT *
DATA
HEADER Subject|t
HEADER X-Zero|0
HEADER X-Two|2
EOH
BODY *
EOM
MAIL *
RCPT *
DATA
HEADER Subject|t
HEADER X-Zero|0
HEADER X-One|1
HEADER X-Two|2
EOH
BODY *
EOM
QUIT
(eof)
