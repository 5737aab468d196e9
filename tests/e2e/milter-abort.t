# ABORT goes to a filter that is inside a mail when that ends otherwise, and to
# no other.

== filter

== client
@ehlo
@mail
${LINES}
@quit

== filter saw
OPTNEG *
CONNECT *
HELO *
MAIL *
RCPT *
${SAW}

== table
case | LINES | SAW
rset | > RSET // < 250 2.0.0 * | ABORT // QUIT // (eof)
ehlo | > EHLO d.example // !reply 250 | ABORT // HELO d.example // QUIT // (eof)
rset-mail | > RSET // < 250 2.0.0 * // @mail | ABORT // MAIL * // RCPT * // ABORT // QUIT // (eof)
data-refused | > DATA // < 354 * // >> \0\r\n.\r\n // < 550 5.6.0 * | DATA // ABORT // QUIT // (eof)
rset-twice | > RSET // < 250 2.0.0 * // > RSET // < 250 2.0.0 * | ABORT // QUIT // (eof)
