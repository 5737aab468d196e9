# A bad configuration answers every client with 421 4.3.5 and does nothing else;
# the log names file and line.

== config raw
${TEXT}
[Backend]
ServerCount = 1
Server0 = ${B0}
Identity = none

== client
< 421 4.3.5 *
!gone

== backend saw

== log
/ gate\.conf:\d+:

== exit
78

== table
case        | TEXT
section     | [Nonsense]
key         | [Server] // Nonsense = 1
twice       | [Server] // MaxErrors = 1 // MaxErrors = 2
range       | [Server] // MaxErrors = -1
number      | [Server] // MaxErrors = many
no-value    | [Server] // MaxErrors
no-section  | MaxErrors = 3
unit        | [Server] // SocketTimeout = 5x
choice      | [Server] // BareNewline = maybe
lmtp-mixed  | [Backend] // Server1 = lmtp:127.0.0.1:24
lmtp-port   | [Backend] // Server1 = lmtp:127.0.0.1:25
lmtp-login  | [Backend] // AuthServer = lmtp:127.0.0.1:24
tls-word    | [Backend] // TLS0 = yes
tls-name    | [Backend] // TLS0 = verify // TLSName0 = not/a/name
tls-pin     | [Backend] // TLS0 = require // TLSPin0 = abc
pin-plain   | [Backend] // TLSPin0 = aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa
auth-word   | [Backend] // AuthTLS = yes
auth-name   | [Backend] // AuthTLS = verify // AuthTLSName = not/a/name
auth-pin    | [Backend] // AuthTLS = require // AuthTLSPin = abc
auth-plain  | [Backend] // AuthServer = 127.0.0.1:24 // AuthTLSImplicit = yes
filter      | [MailFilter] // Filter0 = "F=T"
filter-flag | [MailFilter] // Filter0 = "S=inet:1@127.0.0.1, X=1"
filter-port | [MailFilter] // Filter0 = "S=inet:99999@127.0.0.1"
quote       | [Server] // Hostname = "gate
