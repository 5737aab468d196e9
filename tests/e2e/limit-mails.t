# A connection may carry MaxMails mails, those given up counted; then MAIL is
# answered 421, and the client, which keeps its mail, comes back.  Trusted
# clients, such as a list server inside, may go on.

== config
[Server]
MaxMails = ${MAX}
Trusted = ${TRUSTED}

== client
@ehlo
@mail
@send
< 250 2.0.0 queued as 1
> MAIL FROM:<a@x>
< 250 2.1.0 sender ok
> RSET
< 250 2.0.0 OK
${LINES}

== log
mail result=accepted
session mails=1 end=${END}

== table
case    | MAX | TRUSTED   | LINES                                                  | END
limit   | 2   | none      | > MAIL FROM:<c@x> // < 421 4.7.0 * // !gone            | closed
no      | 0   | none      | > MAIL FROM:<c@x> // < 250 2.1.0 sender ok // @quit    | quit
trusted | 2   | 127.0.0.1 | > MAIL FROM:<c@x> // < 250 2.1.0 sender ok // @quit    | quit
