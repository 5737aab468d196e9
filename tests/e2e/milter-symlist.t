# A filter asks for its own macros (SETSYMLIST): exactly these for the stage, and
# `i`; the other stages keep theirs.  An empty list asks for none.  One of more than
# 4096 octets is as none given: it would be searched at each event.

== filter
symlist ${STAGE} ${NAMES}

== client
@ehlo
@mail
@send
< 250 2.0.0 queued as 1
@quit

== filter macros
${STAGE} ${MACROS}

== table
case    | STAGE | NAMES | MACROS
connect | CONNECT | j {client_addr} | j=gate.example {client_addr}=127.0.0.1 only
comma   | CONNECT | j,{client_addr},{daemon_name} | j=gate.example {client_addr}=127.0.0.1 {daemon_name}=MTA only
mail    | MAIL | {mail_addr} | {mail_addr}=a@x i=<<.+>> only
rcpt    | RCPT | {rcpt_addr} {nonsense} | {rcpt_addr}=b@y i=<<.+>> only
data    | DATA | {client_addr} | {client_addr}=127.0.0.1 i=<<.+>> only
eoh     | EOH | i {daemon_name} {auth_type} | {daemon_name}=MTA i=<<.+>> only
eom     | EOM | i j {client_addr} | j=gate.example {client_addr}=127.0.0.1 i=<<.+>> only
empty   | CONNECT | \{0*} | none
empty-m | MAIL | \{0*} | none
empty-e | EOM | \{0*} | none
helo    | HELO | j {client_addr} | j=gate.example {client_addr}=127.0.0.1 only
full    | CONNECT | \{2047*x }v | v=spsmtpgate<<.+>> only
beyond  | CONNECT | \{2048*x }v | v=spsmtpgate<<.+>> j=gate.example {daemon_name}=MTA
