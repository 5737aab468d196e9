# Addresses are parsed, never split at blanks or brackets: a quoted local part
# may hold both.  The backend gets the path as it was written.

== backend
offer PIPELINING; 8BITMIME; SMTPUTF8

== client
@ehlo
> MAIL FROM:${WRITTEN}
< 250 2.1.0 sender ok
> RCPT TO:${WRITTEN}
< 250 2.1.5 recipient ok
@quit

== backend saw
(connect)
EHLO c.example
MAIL FROM:${SENT}
RCPT TO:${SENT}
...
QUIT
(we closed)

== table
case          | WRITTEN | SENT
plain         | <a@x.example> | <a@x.example>
plus          | <a+b=c@x.example> | <a+b=c@x.example>
specials      | <!#$%&'*+-/=?^_`{}~@x.example> | <!#$%&'*+-/=?^_`{}~@x.example>
quoted-blank  | <"a b"@x.example> | <"a b"@x.example>
quoted-angle  | <"a>b"@x.example> | <"a>b"@x.example>
quoted-less   | <"a<b"@x.example> | <"a<b"@x.example>
quoted-comma  | <"a,b@z"@x.example> | <"a,b@z"@x.example>
quoted-quote  | <"a\\"b"@x.example> | <"a\\"b"@x.example>
quoted-back   | <"a\\\\"@x.example> | <"a\\\\"@x.example>
quoted-empty  | <""@x.example> | <""@x.example>
literal-4     | <a@[192.0.2.1]> | <a@[192.0.2.1]>
literal-6     | <a@[IPv6:2001:db8::1]> | <a@[IPv6:2001:db8::1]>
route         | <@a.example,@b.example:c@x.example> | <@a.example,@b.example:c@x.example>
bare          | a@x.example | <a@x.example>
blank-before  | \x20<a@x.example> | <a@x.example>
no-domain     | <postmaster> | <postmaster>
dots          | <a..b.@x.example> | <a..b.@x.example>
