# A mail that arrives slowly is shown to filters while it comes, as far as nobody in
# front may edit it.  A filter on trial is nobody: those behind it see the mail at
# once; those behind one in force see it with the edits of that one.

== config
[MailFilter]
Mode0 = monitor

== filter 0
EOM: addheader X-Trial|1 // replbody trial\r\n // accept

== filter 1
HEADER: signal seen // continue
EOM: addheader X-Force|1 // replbody force\r\n // accept

== filter 2

== client
@ehlo
@mail
> DATA
< 354 *
>> Subject: t\r\n\r\nhel
!wait seen
>> lo\r\n.\r\n
< 250 2.0.0 queued as 1
@quit

== filter 2 saw
...
DATA
HEADER Subject|t
HEADER X-Force|1
EOH
BODY 7 force\r\n
EOM
QUIT
(eof)

== delivered
Subject: t
X-Force: 1

force
