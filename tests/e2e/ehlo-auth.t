# A mechanism that binds to a TLS session or starts a security layer cannot work
# through a gate, and one that shows the password must not be used without TLS: a
# client that is offered it locks itself out, or gives its password away.

== gate
${ENV}

== config
[Server]
PlainAuth = ${KEY}

== backend
offer PIPELINING; ${OFFERED}

== client
@greet
> EHLO c.example
!ehlo be.example greets you; CHUNKING; LIMITS MAILMAX=100 RCPTMAX=1000; PIPELINING; ${WORDS}
@quit

== table
case   | KEY | ENV | OFFERED | WORDS
all    | always | env X=y | AUTH PLAIN LOGIN CRAM-MD5 DIGEST-MD5 GSSAPI EXTERNAL SCRAM-SHA-1 SCRAM-SHA-256 SCRAM-SHA-512 SCRAM-SHA-256-PLUS XOAUTH2 OAUTHBEARER NTLM KERBEROS_V4 GS2-KRB5 GS2-KRB5-PLUS ANONYMOUS X-NEW | SIZE 52428800; AUTH PLAIN LOGIN CRAM-MD5 SCRAM-SHA-1 SCRAM-SHA-256 SCRAM-SHA-512 XOAUTH2 OAUTHBEARER NTLM
clear  | tls | env X=y | AUTH PLAIN LOGIN CRAM-MD5 SCRAM-SHA-1 SCRAM-SHA-256 XOAUTH2 OAUTHBEARER NTLM | SIZE 52428800; AUTH CRAM-MD5 SCRAM-SHA-1 SCRAM-SHA-256 NTLM
none   | always | env X=y | AUTH GSSAPI EXTERNAL DIGEST-MD5 | SIZE 52428800
none-clear | tls | env X=y | AUTH PLAIN LOGIN | SIZE 52428800
bare   | always | env X=y | AUTH | SIZE 52428800
old    | always | env X=y | AUTH=LOGIN PLAIN GSSAPI | SIZE 52428800; AUTH=LOGIN PLAIN
both   | always | env X=y | AUTH LOGIN PLAIN; AUTH=LOGIN PLAIN | SIZE 52428800; AUTH LOGIN PLAIN; AUTH=LOGIN PLAIN
case   | always | env X=y | auth plain login | SIZE 52428800; AUTH PLAIN LOGIN
smtps  | tls | env SMTPS=1 | AUTH PLAIN LOGIN | SIZE 52428800; AUTH PLAIN LOGIN
ucspi  | tls | env PROTO=SSL | AUTH PLAIN LOGIN | SIZE 52428800; AUTH PLAIN LOGIN
s6     | tls | env SSL_PROTOCOL=TLSv1.3 | AUTH PLAIN LOGIN | SIZE 52428800; AUTH PLAIN LOGIN
empty  | tls | env SSL_PROTOCOL= | AUTH PLAIN LOGIN | SIZE 52428800
delayed | tls | env PROTO=SSL // env SSLCTLFD=9 | AUTH PLAIN LOGIN | SIZE 52428800
