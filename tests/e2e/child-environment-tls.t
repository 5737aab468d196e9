# A program whose client has TLS with the launcher speaks in clear all the same:
# told of SMTPS, qmail-smtpd would wait for a handshake, with UCSPITLS it would
# offer STARTTLS.  What it writes into Received it may know.

== gate
child
env PROTO=${PROTO}
env ${PROTO}REMOTEIP=192.0.2.7
env SSL_PROTOCOL=${VERSION}
env SSL_CIPHER=TLS_AES_256_GCM_SHA384
env SSL_PEER_CERT_HASH=abc
env SMTPS=${SMTPS}
env UCSPITLS=1
env TLS_UID=99
env TLSCIPHERS=HIGH

== client
@ehlo
@quit

== backend
offer PIPELINING

== child environment
TCPREMOTEIP=192.0.2.7
SSL_PEER_CERT_HASH=abc
TLSCIPHERS=HIGH
!SMTPS
!UCSPITLS
!TLS_UID
${TOLD}

== table
case    | PROTO | VERSION | SMTPS | TOLD
sslserver | SSL | TLSv1.3 | 1 | SSL_PROTOCOL=TLSv1.3 // SSL_CIPHER=TLS_AES_256_GCM_SHA384
smtps   | TCP |         | 1 | SSL_CIPHER=TLS_AES_256_GCM_SHA384
clear   | TCP |         |   | !SSL_PROTOCOL // !SSL_CIPHER
