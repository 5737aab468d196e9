# Passwords do not cross a connection without TLS, and mechanisms that bind to a
# TLS session or start a security layer cannot work through a gate at all: the
# backend's AUTH is not offered.

== backend
offer PIPELINING; AUTH ${OFFERED}

== client
@greet
> EHLO c.example
!ehlo be.example greets you; LIMITS RCPTMAX=1000; PIPELINING; SIZE 52428800
@quit

== table
case  | OFFERED
some  | PLAIN LOGIN CRAM-MD5 DIGEST-MD5 GSSAPI EXTERNAL SCRAM-SHA-256 SCRAM-SHA-256-PLUS XOAUTH2
none  | GSSAPI EXTERNAL DIGEST-MD5
