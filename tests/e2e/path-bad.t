# What is no path is refused by the gate, so that no half-understood bytes reach
# a backend with a parser of its own.

== client
@ehlo
> MAIL FROM:${PATH}
< <<50[01] 5.[15].[2347]>> *
> MAIL FROM:<a@x>
< 250 2.1.0 sender ok
> RCPT TO:${PATH}
< <<50[01] 5.[15].[2347]>> *
@quit

== backend saw
(connect)
EHLO c.example
MAIL FROM:<a@x>
...
QUIT
(we closed)

== table
case            | PATH
nothing         | \{0*}
blank           | \x20
unclosed        | <a@x
unopened        | a@x>
two             | <a@x><b@x>
trailing        | <a@x>b
blank-inside    | <a b@x>
blank-domain    | <a@x y>
quote-open      | <"a@x>
quote-end       | <"a\\>
no-local        | <@x>
two-at          | <a@b@x>
no-host         | <a@>
comma           | <a@x,b@x>
literal-open    | <a@[192.0.2.1>
route-open      | <@a.example,@b.example>
control         | <a\x01b@x>
delete          | <a\x7fb@x>
tab             | <a\tb@x>
esc-in-quotes   | <"a\x1bb"@x>
escaped-control | <"a\\\x02b"@x>
