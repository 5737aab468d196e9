# One Received field, above everything, with the client in it and nobody's
# address unless there is one recipient alone: a server that cannot be told
# otherwise gets a trace, and loops can be counted.

== config
[Backend]
Identity = received

== filter
EOM:
    insheader 0 X-Zero|above
    insheader 1 X-One|below
    accept

== client
< 220 be.example ESMTP
> ${VERB} c.example
!reply 250
> MAIL FROM:<a@x>
< 250 *
> RCPT TO:<b@y>
< 250 *
${MORE}
@send
< 250 2.0.0 queued as 1
@quit

== delivered
Received: from c.example (unknown [127.0.0.1])
${LINES}
\t<<\w{3}, \d\d \w{3} \d{4} \d\d:\d\d:\d\d \+0000>>
X-Zero: above
X-One: below
Subject: t

hello

== table
case  | VERB | MORE | LINES
ehlo  | EHLO | | \tby gate.example (spsmtpgate) with ESMTP id <<[0-9A-F]+>> // \tfor <b@y>;
helo  | HELO | | \tby gate.example (spsmtpgate) with SMTP id <<[0-9A-F]+>> // \tfor <b@y>;
two   | EHLO | > RCPT TO:<c@y> // < 250 * | \tby gate.example (spsmtpgate) with ESMTP id <<[0-9A-F]+>>;
