# The octets of a chunk belong to their BDAT whatever becomes of it: if they were
# read as commands, a refused chunk would be a way to say what its author, not
# the client, wants said.

== gate
one-byte always


== client
@greet
${LINES}
>> BDAT 39\r\nMAIL FROM:<evil@x>\r\nRCPT TO:<evil@y>\r\n\n
< ${REPLY}
> NOOP
< 250 2.0.0 *
@quit

== backend saw
...
QUIT
(we closed)

== table
case      | LINES | REPLY
start     |  | 503 5.5.1 Need MAIL *
hello     | > EHLO c.example // !reply 250 | 503 5.5.1 Need MAIL *
mail      | > EHLO c.example // !reply 250 // > MAIL FROM:<a@x> // !reply 250 | 503 5.5.1 Need RCPT *
helo      | > HELO c.example // !reply 250 // > MAIL FROM:<a@x> // !reply 250 // > RCPT TO:<b@y> // !reply 250 | 503 5.5.1 Need EHLO *
last      | > EHLO c.example // !reply 250 // > MAIL FROM:<a@x> // !reply 250 // > RCPT TO:<b@y> // !reply 250 // > BDAT 5 LAST // >> abc\r\n // !reply 250 | 503 5.5.1 Need MAIL *
