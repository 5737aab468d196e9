# 421 is the backend's last word also as the answer to the mail: the client gets
# it as it is, and its session ends.  In the replay of an envelope, with the end
# of the connection behind it, it is a backend that was lost before the dot: the
# client that was slow must not be told to come back for that.

== backend
@1 ${WHERE}:
    421 4.3.2 going down
    !close

== filter
EOM:
    ${EDIT}

== client
@ehlo
@mail
> RCPT TO:<c@y>
< 250 2.1.5 recipient ok
@send
${END}

== backend saw
(connect)
EHLO c.example
MAIL FROM:<a@x>
RCPT TO:<b@y>
RCPT TO:<c@y>
${SAW}

== table
case   | WHERE  | EDIT | END | SAW
data   | DATA   | accept | < 421 4.3.2 going down // !gone | DATA // (we closed)
dot    | body   | accept | < 421 4.3.2 going down // !gone | DATA // (mail 1) // (we closed)
reset  | RSET   | delrcpt c@y // accept | < 250 2.0.0 queued as 1 // @quit | RSET // (we closed) // (connect) // ... // (mail 1) // ...
sender | MAIL#2 | delrcpt c@y // accept | < 250 2.0.0 queued as 1 // @quit | RSET // MAIL FROM:<a@x> * // (we closed) // (connect) // ... // (mail 1) // ...
rcpt   | RCPT#3 | delrcpt c@y // accept | < <<250 2.0.0 queued as 1|451 4.3.0>> * // @quit | RSET // MAIL FROM:<a@x> * // RCPT TO:<b@y> // (we closed) // ...
