# Lists belong to one filter and one stage (Sendmail once shared them by all).

== filter 0
symlist CONNECT j
symlist RCPT {rcpt_addr}

== filter 1
symlist RCPT {rcpt_mailer}

== client
@ehlo
@mail
@send
< 250 2.0.0 queued as 1
@quit

== filter 0 macros
CONNECT j=gate.example only
RCPT {rcpt_addr}=b@y i=<<.+>> only

== filter 1 macros
CONNECT j=gate.example {client_addr}=127.0.0.1 {daemon_name}=MTA
RCPT {rcpt_mailer}=smtp i=<<.+>> only
