# Clients that tcprules made relay clients pass a spam filter.

== gate
${ENV}

== config
[MailFilter]
Skip0 = relayclient

== filter
protocol NOCONNECT NOHELO

== client
@ehlo
@mail
@quit

== filter saw
${SAW}

== table
case  | ENV | SAW
set   | env RELAYCLIENT=@x | 
empty | env RELAYCLIENT= | 
unset | args -d | OPTNEG * // MAIL * // RCPT * // ABORT // QUIT // (eof)
