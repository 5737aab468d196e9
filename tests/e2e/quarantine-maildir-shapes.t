# Mails of every shape are kept as they are: LF line ends, dots as they were, octets
# above 127, a header or a body that is not there.

== gate
maildir

== config
[MailFilter]
Quarantine = maildir:${MAILDIR}

== filter
EOM: quarantine r // accept

== client
@ehlo
@mail
> DATA
< 354 *
>> ${MAIL}.\r\n
< 250 2.0.0 *
@quit

== maildir
...
X-Quarantine-Reason: r
${KEPT}

== table
case      | MAIL | KEPT
dots      | A: b\r\n\r\n..\r\n...x\r\n | A: b //  // . // ..x
octets    | A: b\r\n\r\n\x80\xff\x01\x7f\t \r\n | A: b //  // \x80\xff\x01\x7f\t<< >>
no-body   | A: b\r\n\r\n | A: b // <<>>
no-end    | A: b\r\n | A: b // <<>>
no-header | \r\nbody\r\n | <<>> // body
headless  | body\r\nmore\r\n | <<>> // body // more
empties   | A: b\r\n\r\n\r\n\r\nx\r\n\r\n\r\n | A: b //  //  //  // x //  // <<>>
fold      | A: b\r\n\tc\r\n  d\r\n\r\nx\r\n | A: b // \tc //   d //  // x
