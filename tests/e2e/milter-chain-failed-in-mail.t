# A filter without F= that fails in the middle of a mail: the one behind it is
# shown the mail from its beginning.

== filter 0
${STAGE}: close

== filter 1
protocol HDR_LEADSPC

== client
@ehlo
@mail
> DATA
< 354 *
>> A: b\r\nC: d\r\n\r\n\{20000*12345678\r\n}.\r\n
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
HEADER A| b
HEADER C| d
EOH
BODY 65535 *
BODY 65535 *
BODY 65535 *
BODY 3395 *
EOM
MAIL *
RCPT *
DATA
HEADER Subject| t
EOH
BODY *
EOM
QUIT
(eof)

== table
case   | STAGE
header | HEADER#2
eoh    | EOH
body   | BODY#2
eom    | EOM
