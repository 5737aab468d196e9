# A mail that was spilled to a file goes to the Maildir whole.

== gate
maildir
one-byte no

== config
[Server]
SpoolMemory = 4K
[MailFilter]
Quarantine = maildir:${MAILDIR}

== filter
EOM: quarantine spam // accept

== client
@ehlo
@mail
> DATA
< 354 *
>> A: b\r\n\r\n\{20000*1234567\r\n}last\r\n.\r\n
< 250 2.0.0 *
@quit

== maildir
...
A: b

1234567
...
1234567
last
