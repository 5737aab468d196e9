# The file of the first SPSmtpGate (2009) still works, comments, quotes, thread
# settings and all.

== config raw
; the gate
[Server]
MaxConnections = 1024     ; limit
SocketTimeout = 600       # idle
MaxThreads = 128
MaxReqQueueSize = 128
hostname = "gate.example"

[BACKEND]
ConnectTimeout = 5
ConnectRetry = 3
SocketTimeout = 10
ServerCount = 1
Server0 = ${B0} 10
Identity = none           ; new

[MailFilter]
Filter0 = "${F0}"

== filter
EOM: addheader X-Seen|yes // accept

== client
@ehlo
@mail
@send
< 250 2.0.0 queued as 1
@quit

== delivered
Subject: t
X-Seen: yes

hello
