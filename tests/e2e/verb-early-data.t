# Text sent before the 354: see verb-early-talk.

== gate
one-byte no

== client
@ehlo
@mail
>> DATA\r\nSubject: t\r\n\r\nhello\r\n.\r\nRSET\r\nMAIL FROM:<evil@x>\r\n
< 554 5.5.0 *
!gone

== delivered none
