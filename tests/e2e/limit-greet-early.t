# A bot does not wait for the greeting.  With GreetPause it is given time to show
# it, and refused; what it sent is not looked at.

== config
[Server]
GreetPause = 1m

== client
>> ${OCTETS}
${LINES}
!gone

== delivered none

== log
refused stage=connect by=gate code=554
session cmds=0 end=errors

== table
case   | OCTETS | LINES
hello  | EHLO c.example\r\n | < 554 5.5.0 *
mail   | EHLO c.example\r\nMAIL FROM:<a@x>\r\nRCPT TO:<b@y>\r\nDATA\r\n | < 554 5.5.0 *
octet  | E | < 554 5.5.0 *
tls    | \x16\x03\x01 | < 554 5.5.0 *
closes | QUIT\r\n | !halfclose // < 554 5.5.0 *
