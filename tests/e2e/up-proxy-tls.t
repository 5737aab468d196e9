# A load balancer has ended the client's TLS, and its header says so: the client
# may log in, is offered no STARTTLS, and filters and Received have what it is.
# Without those words there is no TLS, and a password is not asked for.

== config
[Server]
ProxyFrom = 127.0.0.1
[Backend]
Identity = received

== backend
offer AUTH PLAIN

== filter

== client
>> ${HEADER}
< 220 be.example ESMTP
> EHLO c.example
!ehlo be.example greets you; CHUNKING; LIMITS MAILMAX=100 RCPTMAX=1000; PIPELINING; SIZE 52428800${OFFER}
> STARTTLS
< ${STARTTLS}
@mail
@send
< 250 2.0.0 queued as 1
@quit

== filter macros
HELO ${MACROS}

== delivered
Received: from c.example (unknown [192.0.2.7])
${WITH}
\tfor <b@y>;
\t<<.*>>
Subject: t

hello

== log
mail client=192.0.2.7 result=accepted
session client=192.0.2.7 via=127.0.0.1 tls=${TLS}

== table
case  | HEADER | OFFER | STARTTLS | MACROS | WITH | TLS
tls   | \r\n\r\n\0\r\nQUIT\n\x21\x11\0\x4c\xc0\0\x02\x07\xc0\0\x02\x01\x12\x67\0\x19\x02\0\x0amx.example\x20\0\x30\x07\0\0\0\0\x21\0\x07TLSv1.3\x22\0\x05c.net\x23\0\x16TLS_AES_256_GCM_SHA384 | ; AUTH PLAIN | 503 5.5.1 * | {tls_version}=TLSv1.3 {cipher}=TLS_AES_256_GCM_SHA384 {verify}=OK {cert_subject}=CN=c.net {tls_sni}=mx.example !{cipher_bits} !{cert_issuer} | \tby gate.example (spsmtpgate) with ESMTPS // \t(TLSv1.3 TLS_AES_256_GCM_SHA384) id <<[0-9A-F]+>> | "TLSv1.3 TLS_AES_256_GCM_SHA384"
bare  | \r\n\r\n\0\r\nQUIT\n\x21\x11\0\x14\xc0\0\x02\x07\xc0\0\x02\x01\x12\x67\0\x19\x20\0\x05\x01\0\0\0\0 | ; AUTH PLAIN | 503 5.5.1 * | {tls_version}=TLS {verify}=NO !{cipher} !{cert_subject} !{tls_sni} | \tby gate.example (spsmtpgate) with ESMTPS // \t(TLS) id <<[0-9A-F]+>> | TLS
off   | \r\n\r\n\0\r\nQUIT\n\x21\x11\0\x14\xc0\0\x02\x07\xc0\0\x02\x01\x12\x67\0\x19\x20\0\x05\0\0\0\0\0 | | 502 5.5.1 * | none | \tby gate.example (spsmtpgate) with ESMTP id <<[0-9A-F]+>> | -
none  | \r\n\r\n\0\r\nQUIT\n\x21\x11\0\x19\xc0\0\x02\x07\xc0\0\x02\x01\x12\x67\0\x19\x02\0\x0amx.example | | 502 5.5.1 * | none | \tby gate.example (spsmtpgate) with ESMTP id <<[0-9A-F]+>> | -
v1    | PROXY TCP4 192.0.2.7 192.0.2.1 4711 25\r\n | | 502 5.5.1 * | none | \tby gate.example (spsmtpgate) with ESMTP id <<[0-9A-F]+>> | -
