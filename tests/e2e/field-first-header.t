# emersion/go-milter #31, phalaaxx/milter PR #11, Postfix 20231213: Postfix hid
# whatever field came first instead of its own Received, so that the first field
# could not be changed and edits hit the wrong instance. Nothing that was shown
# is hidden from edits; INSHEADER 0 and 1 are both above it (OpenDKIM #24,
# OpenDMARC #23).

== filter
EOM:
    ${EDITS}
    accept

== client
@ehlo
@mail
> DATA
< 354 *
>> Received: from a\r\nReceived: from b\r\nSubject: t\r\n\r\nbody\r\n.\r\n
< 250 2.0.0 queued as 1
@quit

== filter saw
...
HEADER Received|from a
HEADER Received|from b
HEADER Subject|t
...

== delivered
${HEADER}

body

== table
case | EDITS | HEADER
change-1 | chgheader 1 Received|x | Received: x // Received: from b // Subject: t
change-2 | chgheader 2 Received|x | Received: from a // Received: x // Subject: t
delete-1 | chgheader 1 Received| | Received: from b // Subject: t
insert-0 | insheader 0 A-R|x | A-R: x // Received: from a // Received: from b // Subject: t
insert-1 | insheader 1 A-R|x | A-R: x // Received: from a // Received: from b // Subject: t
insert-2 | insheader 2 A-R|x | Received: from a // A-R: x // Received: from b // Subject: t
forged-ar | insheader 1 A-R|ours // insheader 1 Received-SPF|pass | Received-SPF: pass // A-R: ours // Received: from a // Received: from b // Subject: t
