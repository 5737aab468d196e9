# Sendmail 8.14.6 changed the case of host names between what a filter saw and
# what left: the DKIM signature over From: did not verify. What is shown is what
# is sent, in the envelope, too, and the parameters of EAI are strings of their
# own (Sendmail 8.17.2, stalwartlabs/stalwart #2346 put them behind the
# address).

== backend
offer PIPELINING; SIZE 1000000; 8BITMIME; SMTPUTF8; DSN

== filter
protocol HDR_LEADSPC

== client
@ehlo
> MAIL FROM:<User@Host.EXAMPLE> BODY=8BITMIME SMTPUTF8 Ret=full
< 250 2.1.0 sender ok
> RCPT TO:<B@Y.Example> notify=NEVER
< 250 2.1.5 recipient ok
> DATA
< 354 *
>> From: User@Host.EXAMPLE\r\nTO: B@y.EXAMPLE\r\n\r\nHello\r\n.\r\n
< 250 2.0.0 queued as 1
@quit

== filter saw
...
MAIL <User@Host.EXAMPLE> BODY=8BITMIME SMTPUTF8 Ret=full
RCPT <B@Y.Example> notify=NEVER
DATA
HEADER From| User@Host.EXAMPLE
HEADER TO| B@y.EXAMPLE
...

== backend saw
(connect)
EHLO c.example
MAIL FROM:<User@Host.EXAMPLE> BODY=8BITMIME SMTPUTF8 Ret=full
RCPT TO:<B@Y.Example> notify=NEVER
DATA
(mail 1)
QUIT
(we closed)

== delivered
From: User@Host.EXAMPLE
TO: B@y.EXAMPLE

Hello
