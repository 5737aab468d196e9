# Macros tell filters who speaks: OpenDKIM signs by {daemon_name} and {auth_type},
# SpamAssassin tests the address in `_`.  The queue id `i` is the same at all
# stages of a mail; what is unknown is left out, never sent empty, since the mere
# presence of {auth_type} means "authenticated" to many.

== filter

== client
@ehlo
@mail
> DATA
< 354 *
>> Message-ID: <1@x>\r\n\r\nhello\r\n.\r\n
< 250 2.0.0 queued as 1
@quit

== filter macros
CONNECT j=gate.example "_=<<.*>>[127.0.0.1]" "v=spsmtpgate <<[0-9.]+.*>>" {daemon_name}=MTA {client_addr}=127.0.0.1 {daemon_port}=${LPORT} {client_port}=${CPORT} {client_name}=<<.+>> {client_ptr}=<<.+>> !{if_addr} !i !{auth_type}
HELO none
MAIL i=<<[A-Za-z0-9]{12,}>> {mail_addr}=a@x !{auth_type} !{auth_authen} !{auth_author} !{auth_ssf} !{tls_version}
RCPT i=<<[A-Za-z0-9]{12,}>> {rcpt_addr}=b@y {rcpt_mailer}=smtp
DATA i=<<[A-Za-z0-9]{12,}>> only
EOH i=<<[A-Za-z0-9]{12,}>> only
EOM i=<<[A-Za-z0-9]{12,}>> {msg_id}=<1@x> only
