# milter-mta-side.md 2.3, no F=: a filter that dies, answers nonsense or speaks
# another protocol (clamd says UNKNOWN COMMAND) is from there on as if it did
# not exist. The filter behind it sees the whole mail, or a broken spam filter
# would switch off the virus scanner.

== filter 0
${STAGE}#1:
    ${HOW}

== filter 1

== client
@ehlo
> FOO
< 500 5.5.2 *
@mail
@send
< 250 2.0.0 queued as 1
@mail
@send
< 250 2.0.0 queued as 2
@quit

== filter 1 saw
OPTNEG *
CONNECT *
HELO *
UNKNOWN FOO
MAIL *
RCPT *
DATA
HEADER *
EOH
BODY *
EOM
MAIL *
RCPT *
DATA
HEADER *
EOH
BODY *
EOM
QUIT
(eof)

== table
case | STAGE | HOW
unknown-close | UNKNOWN | close
unknown-byte | UNKNOWN | packet X \{0*}
unknown-length | UNKNOWN | raw UNKNOWN COMMAND\n
mail-close | MAIL | close
mail-byte | MAIL | packet X \{0*}
mail-length | MAIL | raw UNKNOWN COMMAND\n
rcpt-close | RCPT | close
rcpt-byte | RCPT | packet X \{0*}
rcpt-length | RCPT | raw UNKNOWN COMMAND\n
data-close | DATA | close
data-byte | DATA | packet X \{0*}
data-length | DATA | raw UNKNOWN COMMAND\n
header-close | HEADER | close
header-byte | HEADER | packet X \{0*}
header-length | HEADER | raw UNKNOWN COMMAND\n
eoh-close | EOH | close
eoh-byte | EOH | packet X \{0*}
eoh-length | EOH | raw UNKNOWN COMMAND\n
body-close | BODY | close
body-byte | BODY | packet X \{0*}
body-length | BODY | raw UNKNOWN COMMAND\n
eom-close | EOM | close
eom-byte | EOM | packet X \{0*}
eom-length | EOM | raw UNKNOWN COMMAND\n
