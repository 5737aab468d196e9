# SMTP smuggling: text that ends the mail for some servers and not for others
# brings a second, forged mail with the gate's rights.  Every known sequence is
# refused by default, nothing of the mail gets to the backend, and the connection
# ends, because what follows may be meant as smuggled commands.

== gate
one-byte always

== client
@ehlo
@mail
> DATA
< 354 *
>> Subject: t\r\n\r\nline${OCTETS}MAIL FROM:<evil@x>\r\nRCPT TO:<b@y>\r\nDATA\r\nSubject: evil\r\n\r\nevil\r\n.\r\n
< <<550 5.(5.2|6.0)>> *
!gone

== backend saw
(connect)
EHLO c.example
MAIL FROM:<a@x>
RCPT TO:<b@y>
...

== delivered none

== log
mail from=<a@x> result=rejected by=gate

== table
case                   | OCTETS
3-lf.lf                | \n.\n
4-lf.crlf              | \n.\r\n
5-crlf.lf              | \r\n.\n
6-lflf.crlf            | \n\n.\r\n
7-cr.cr                | \r.\r
8-cr.lf                | \r.\n
9-cr.crlf              | \r.\r\n
10-lf.cr               | \n.\r
11-crlf.cr             | \r\n.\r
12-crlf.crcrlf         | \r\n.\r\r\n
13-crcrlf.crcrlf       | \r\r\n.\r\r\n
14-crlf.crcrcrlf       | \r\n.\r\r\r\n
17-crlf-nul.cr         | \r\n\0.\r
17-crlf-nul.lf         | \r\n\0.\n
18-crlf.nul-lf         | \r\n.\0\n
18-crlf.nul-cr         | \r\n.\0\r
24-lfcr.crlf           | \n\r.\r\n
24-crlflf.crlf         | \r\n\n.\r\n
lf-alone               | \n
cr-alone               | \r
