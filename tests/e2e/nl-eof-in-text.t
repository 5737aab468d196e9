# A client that is lost in the middle of its text, also just behind a lone dot:
# servers that take the end of file for the end of the mail deliver a half mail.

== gate
one-byte always

== client
@ehlo
@mail
> DATA
< 354 *
>> Subject: t\r\n\r\nline${OCTETS}
!${HOW}

== backend saw
(connect)
EHLO c.example
MAIL FROM:<a@x>
RCPT TO:<b@y>
...

== delivered none

== log
mail from=<a@x> result=aborted by=client

== table
case            | OCTETS | HOW
20-crlf.        | \r\n. | close
21-crlf.cr      | \r\n.\r | close
crlf            | \r\n | close
text            | text | close
cr              | \r | close
crlf.crlf-minus | \r\n.\r | reset
half            | \r\n. | halfclose
half-text       | text\r\n | halfclose
