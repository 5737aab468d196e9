# Filters see one mail, not one for each chunk: one DATA, the header and body as
# they would come behind DATA.

== filter

== client
@ehlo
@mail
>> BDAT 5\r\nSubjeBDAT 12\r\nct: t\r\n\r\nabcBDAT 4\r\n\r\n.\rBDAT 1\r\n\nBDAT 3 LAST\r\nend
!replies 4 250
< 250 2.0.0 queued as 1
@quit

== filter saw
...
RCPT <b@y>
DATA
HEADER Subject|t
EOH
BODY 13 abc\r\n.\r\nend\r\n
EOM
QUIT
(eof)

== delivered
Subject: t

abc
..
end
