# A full file system: 451 or 452, and no half mail in new/ or tmp/.

== gate
spool tmpfs 64k
maildir spool
one-byte no

== config
[Server]
SpoolMemory = 2M
[MailFilter]
Quarantine = maildir:${MAILDIR}

== filter
EOM: quarantine spam // accept

== client
@ehlo
@mail
> DATA
< 354 *
>> A: b\r\n\r\n\{100000*12345678\r\n}.\r\n
< 45<<[12]>> 4.3.<<\d>> *
@quit

== delivered none
