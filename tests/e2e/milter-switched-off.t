# An event that a filter does not want is not sent; the others are.

== filter
failure T
protocol ${FLAG}

== client
@ehlo
> FOO
< <<50[02] 5.5.[12]>> *
@mail
@send
< 250 2.0.0 queued as 1
@quit

== filter saw
OPTNEG *
${SAW}
EOM
QUIT
(eof)

== table
case      | FLAG | SAW
none      | NONE | CONNECT * // HELO * // UNKNOWN FOO // MAIL * // RCPT * // DATA // HEADER Subject|t // EOH // BODY *
NOCONNECT | NOCONNECT | HELO * // UNKNOWN FOO // MAIL * // RCPT * // DATA // HEADER * // EOH // BODY *
NOHELO    | NOHELO | CONNECT * // UNKNOWN FOO // MAIL * // RCPT * // DATA // HEADER * // EOH // BODY *
NOMAIL    | NOMAIL | CONNECT * // HELO * // UNKNOWN FOO // RCPT * // DATA // HEADER * // EOH // BODY *
NORCPT    | NORCPT | CONNECT * // HELO * // UNKNOWN FOO // MAIL * // DATA // HEADER * // EOH // BODY *
NODATA    | NODATA | CONNECT * // HELO * // UNKNOWN FOO // MAIL * // RCPT * // HEADER * // EOH // BODY *
NOHDRS    | NOHDRS | CONNECT * // HELO * // UNKNOWN FOO // MAIL * // RCPT * // DATA // EOH // BODY *
NOEOH     | NOEOH | CONNECT * // HELO * // UNKNOWN FOO // MAIL * // RCPT * // DATA // HEADER * // BODY *
NOBODY    | NOBODY | CONNECT * // HELO * // UNKNOWN FOO // MAIL * // RCPT * // DATA // HEADER * // EOH
NOUNKNOWN | NOUNKNOWN | CONNECT * // HELO * // MAIL * // RCPT * // DATA // HEADER * // EOH // BODY *
all       | NOCONNECT NOHELO NOMAIL NORCPT NODATA NOHDRS NOEOH NOBODY NOUNKNOWN | 
LEADSPC   | HDR_LEADSPC | CONNECT * // HELO * // UNKNOWN FOO // MAIL * // RCPT * // DATA // HEADER Subject| t // EOH // BODY *
