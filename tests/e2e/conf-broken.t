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
filter      | [MailFilter] // Filter0 = "F=T"
filter-flag | [MailFilter] // Filter0 = "S=inet:1@127.0.0.1, X=1"
filter-port | [MailFilter] // Filter0 = "S=inet:99999@127.0.0.1"
quote       | [Server] // Hostname = "gate
