# rspamd/rspamd #5323, mailcow #7273, OpenDKIM #133: lines of more than 998
# octets were wrapped behind the filter that had signed them. Postfix 20211105:
# a replacement body longer than the old one, with over-long lines, destroyed
# the queue file. No line is ever wrapped, in header or body, whoever wrote it.

== config
[Server]
SpoolMemory = 4K

== filter
protocol HDR_LEADSPC
EOM:
    insheader 1 DKIM-Signature| v=1; b=\{3000*s}
    ${EDIT}
    accept

== client
@ehlo
@mail
> DATA
< 354 *
>> Subject: \{2500*t}\r\n\r\n\{5000*x}\r\n.\r\n
< 250 2.0.0 queued as 1
@quit

== delivered
DKIM-Signature: v=1; b=\{3000*s}
Subject: \{2500*t}

${BODY}

== table
case | EDIT | BODY
signed | progress | \{5000*x}
replaced | replbody \{20000*y}\r\n\{70*\{1000*z}.}\r\n | \{20000*y} // \{70*\{1000*z}.}
replaced-chunks | replbody \{60000*y} // replbody \{60000*z}\r\n.\r\n | \{60000*y}\{60000*z} // ..
