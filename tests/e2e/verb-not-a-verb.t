# What looks like a reply, begins with a blank or is a line of a header comes from
# a program that has lost its place in the dialogue: an error each, nothing of it
# at the backend.

== client
@ehlo
> ${LINE}
< 500 5.5.2 *
@quit

== backend saw
(connect)
EHLO c.example
QUIT
(we closed)

== log
session errors=1

== table
case   | LINE
reply  | 220 mx.example ESMTP
more   | 250-mx.example
blank  | \x20MAIL FROM:<a@x>
tab    | \tMAIL FROM:<a@x>
header | Subject: hello
