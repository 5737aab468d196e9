# With normalize a bare LF ends a command, but the text behind DATA LF does not
# begin "after CRLF": a dot there is text.

== config
[Server]
BareNewline = normalize

== client
@ehlo
@mail
>> DATA\n
< 354 *
>> .\r\nrest\r\n.\r\n
< 250 2.0.0 queued as 1
@quit

== delivered

..
rest
