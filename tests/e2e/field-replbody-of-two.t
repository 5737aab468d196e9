# milter-mta-side.md 6.6: the first chunk of each filter throws away the body as
# it was, and the second filter judges what the first has left. If the bodies
# ran together, the disclaimer would stand twice and no signature would verify.

== filter 0
EOM: replbody one\r\n // replbody more\r\n // accept

== filter 1
EOM:
    ${EDIT}
    accept

== client
@ehlo
@mail
@send
< 250 2.0.0 queued as 1
@quit

== filter 1 saw
...
BODY 11 one\r\nmore\r\n
EOM
...

== delivered
Subject: t
${BODY}

== table
case | EDIT | BODY
replaced | replbody two\r\n // replbody end\r\n | \{0*} // two // end
kept | progress | \{0*} // one // more
emptied | packet b \{0*} | \{0*}
