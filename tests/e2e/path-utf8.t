# SMTPUTF8 addresses cross only when the backend offered the extension and the
# client asked for it with MAIL (RFC 6531); else the backend gets octets that it
# never agreed to.

== backend
offer ${OFFER}

== client
@ehlo
> MAIL FROM:<\xc3\xa9@x.example>${PARAMETER}
< ${REPLY}
@quit

== backend saw
(connect)
EHLO c.example
${SAW}
...
QUIT
(we closed)

== table
case        | OFFER | PARAMETER | REPLY | SAW
asked       | 8BITMIME; SMTPUTF8 | \x20SMTPUTF8 | 250 2.1.0 sender ok | MAIL FROM:<\xc3\xa9@x.example> SMTPUTF8
not-asked   | 8BITMIME; SMTPUTF8 | \{0*} | <<5[05][13] 5.[1356].\d>> * | 
not-offered | 8BITMIME | \x20SMTPUTF8 | 555 5.5.4 * | 
neither     | 8BITMIME | \{0*} | <<5[05][13] 5.[1356].\d>> * | 
