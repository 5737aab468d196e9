# Mode = monitor: a filter on trial is asked and its verdict is logged, but no
# mail is refused, delayed or lost by it, at any stage.

== config
[MailFilter]
Mode0 = monitor

== filter
failure R
label trial
${STAGE}:
    ${ANSWER}

== client
@ehlo
@mail
@send
< 250 2.0.0 queued as 1
@quit

== delivered
Subject: t

hello

== log
monitor filter=trial stage=<<\w+>> would=${WOULD}
mail result=accepted by=backend

== table
case          | STAGE | ANSWER | WOULD
connect       | CONNECT | reject | reject
helo          | HELO | tempfail | <<tempfail|defer>>
mail          | MAIL | reject | reject
rcpt          | RCPT | reply 550 5.7.9 no | reject
data          | DATA | tempfail | <<tempfail|defer>>
header        | HEADER | reject | reject
body          | BODY | reply 451 4.7.1 later | <<tempfail|defer>>
eom           | EOM | reject | reject
eom-421       | EOM | reply 421 4.7.0 enough | <<.+>>
discard       | EOM | discard | discard
discard-rcpt  | RCPT | discard | discard
quarantine    | EOM | quarantine virus // accept | <<quarantine.*>>
addheader     | EOM | addheader X-A|v // accept | <<add.*X-A.*>>
delrcpt       | EOM | delrcpt b@y // accept | <<.*b@y.*>>
replbody      | EOM | replbody new\r\n // accept | <<.*body.*>>
