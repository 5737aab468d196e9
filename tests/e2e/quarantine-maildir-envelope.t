# Who reads the quarantine must be able to trust the fields on top: they are the
# gate's, each on one line, and the client's of the same name stand below.

== gate
maildir
env PROTO=TCP
env TCPREMOTEIP=2001:db8::7

== config
[MailFilter]
Quarantine = maildir:${MAILDIR}
Name0 = scanner

== filter
EOM: quarantine virus // accept

== client
@greet
> HELO [IPv6:2001:db8::7]
!reply 250
> MAIL FROM:<>
< 250 2.1.0 sender ok
> RCPT TO:<"a b\\"c"@y>
< 250 2.1.5 recipient ok
> DATA
< 354 *
>> X-Quarantine-Reason: clean\r\nReturn-Path: <forged@x>\r\nX-Quarantine-Recipient: <forged@y>\r\nSubject: \xe9\r\n folded\r\n\r\nhello\r\n.\r\n
< 250 2.0.0 *
@quit

== maildir
Return-Path: <>
X-Quarantine-Recipient: <"a b\\"c"@y>
X-Quarantine-ID: <<[0-9A-Za-z]+>>
X-Quarantine-Client: 2001:db8::7
X-Quarantine-Helo: [IPv6:2001:db8::7]
X-Quarantine-Filter: scanner
X-Quarantine-Reason: virus
X-Quarantine-Reason: clean
Return-Path: <forged@x>
X-Quarantine-Recipient: <forged@y>
Subject: \xe9
 folded

hello
