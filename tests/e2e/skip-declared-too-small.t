# A client that declares less than it sends: what it sent counts, and the filter
# that was asked about the envelope is told that nothing more comes.

== config
[MailFilter]
Skip0 = larger=1000

== filter
failure T

== client
@ehlo
> MAIL FROM:<a@x> SIZE=10
< 250 2.1.0 sender ok
> RCPT TO:<b@y>
< 250 2.1.5 recipient ok
> DATA
< 354 *
>> A: b\r\n\r\n\{200*12345678\r\n}.\r\n
< 250 2.0.0 queued as 1
@mail
@send
< 250 2.0.0 queued as 2
@quit

== filter saw
...
MAIL <a@x> SIZE=10
RCPT <b@y>
DATA
ABORT
MAIL <a@x>
RCPT <b@y>
DATA
HEADER Subject|t
EOH
BODY 7 hello\r\n
EOM
QUIT
(eof)
